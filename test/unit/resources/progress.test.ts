import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../app/contract/job.ts';
import { Tally } from '../../../app/resources/progress.ts';

const MIB = 1024 * 1024;

function tally(totalBytes: number): { told: PullProgress[]; tally: Tally } {
  const told: PullProgress[] = [];
  const facts = { label: 'some/model', totalBytes, files: 3 };
  return { told, tally: new Tally(facts, (progress) => told.push(progress)) };
}

describe('the progress of a resource', () => {
  it('begins with what is there already and ends with everything', () => {
    const { told, tally: progress } = tally(10 * MIB);
    progress.begin(1, 2 * MIB);
    progress.at('a', 4 * MIB);
    progress.done('a', 5 * MIB);
    progress.done('b', 3 * MIB);
    expect(told.map(({ receivedBytes, layersDone }) => [receivedBytes / MIB, layersDone])).toEqual([
      [2, 1],
      [6, 1],
      [7, 1],
      [7, 2],
      [10, 2],
      [10, 3],
    ]);
    expect(told[0]).toMatchObject({ image: 'some/model', totalBytes: 10 * MIB, layers: 3 });
  });

  it('never goes back when a file is begun again', () => {
    const { told, tally: progress } = tally(10 * MIB);
    for (const received of [1, 4, 0, 2, 4, 6]) progress.at('a', received * MIB);
    const seen = told.map(({ receivedBytes }) => receivedBytes);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(6 * MIB);
  });

  it('is not told for every few bytes', () => {
    const { told, tally: progress } = tally(10_000 * MIB);
    for (let received = 0; received <= 100 * MIB; received += MIB / 4) progress.at('a', received);
    expect(told.length).toBeLessThan(15);
  });
});

import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../app/jobs/passport.ts';
import { oneOperation } from '../../fakes/jobs/definitions.ts';
import { allowing, refusals } from '../../fakes/jobs/judging.ts';

const needing = (required_vram: number): object => oneOperation({ gpu: true, required_vram });
const having = (...memoryMib: (number | null)[]): Policy => ({
  ...allowing,
  cards: memoryMib.map((mib, index) => ({
    uuid: `GPU-${index}`,
    name: 'Card',
    memoryBytes: mib === null ? null : mib * 1024 ** 2,
  })),
});

describe('graphics memory', () => {
  it.each([
    [24, 24_564, 'RTX 4090'],
    [24, 23_028, 'A10, which corrects errors'],
    [16, 15_360, 'T4, which corrects errors'],
    [48, 46_068, 'L40S, which corrects errors'],
    [12, 12_282, 'RTX 4070'],
    [80, 81_559, 'H100'],
  ])('of %d GB is what a card has that is sold with it and reports %d MiB (%s)', (gb, mib) => {
    expect(refusals(needing(gb), having(mib))).toEqual([]);
  });

  it('that the card does not have is a reason to decline, with both numbers', () => {
    expect(refusals(needing(12), having(11_264))).toEqual([
      'The job needs 12 GB of graphics memory, and the card lent to jobs has 11.8 GB.',
    ]);
    expect(refusals(needing(24.5), having(23_028))).toEqual([
      'The job needs 24.5 GB of graphics memory, and the card lent to jobs has 24.1 GB.',
    ]);
  });

  it('is that of all cards, since a job gets them all', () => {
    expect(refusals(needing(44), having(24_564, 24_564))).toEqual([]);
    expect(refusals(needing(80), having(24_564, 24_564))).toEqual([
      'The job needs 80 GB of graphics memory, and the cards lent to jobs have 51.5 GB together.',
    ]);
  });

  it('that a card does not tell is not taken to be enough', () => {
    expect(refusals(needing(4), having(24_564, null))).toEqual([
      'The job needs 4 GB of graphics memory, and the cards lent to jobs do not tell how much they have.',
    ]);
    expect(refusals(needing(4), having(null))).toEqual([
      'The job needs 4 GB of graphics memory, and the card lent to jobs does not tell how much it has.',
    ]);
    expect(refusals(oneOperation({ gpu: true }), having(null))).toEqual([]);
  });

  it.each([
    ['GB, for the dashboard', { system_requirements: { required_vram: 44 } }],
    ['GB, under its older name', { system_resources: { required_vram: 44 } }],
    ['GB, as text', { system_requirements: { required_vram: '44' } }],
    ['MB, in the network’s templates', { system_requirements: { vram_total_mb: 44_000 } }],
  ])('may be asked for in the notes of the job: %s', (_how, meta) => {
    const [refusal] = refusals(oneOperation({ gpu: true }, { meta }), having(24_564));
    expect(refusal).toContain('needs 44 GB');
    expect(refusals(oneOperation({ gpu: true }, { meta }), having(46_068))).toEqual([]);
  });

  it('plays no part for a job without a card, and other notes play none at all', () => {
    const meta = { system_requirements: { required_vram: 44 } };
    expect(refusals(oneOperation({ required_vram: 44 }, { meta }), having(8192))).toEqual([]);
    const odd = { system_requirements: { required_vram: [44], required_cuda: ['12.8'] } };
    expect(refusals(oneOperation({ gpu: true }, { meta: odd }), having(8192))).toEqual([]);
  });
});

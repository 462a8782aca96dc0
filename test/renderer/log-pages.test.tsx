import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../app/contract/job.ts';
import { emptyLog, linesOf, withLines } from '../../renderer/host/log-pages.ts';

function lines(from: number, count: number): LogLine[] {
  return Array.from({ length: count }, (_, n) => ({
    at: 0,
    operation: 'write',
    stream: 'stdout',
    text: String(from + n),
  }));
}

describe('the part of a log that is held', () => {
  it('keeps every line in order, however they arrive', () => {
    const log = [1, 199, 1, 400, 3].reduce(
      ({ log: before, next }, count) => ({
        log: withLines(before, lines(next, count)),
        next: next + count,
      }),
      { log: emptyLog, next: 0 },
    ).log;
    expect(linesOf(log)).toEqual(lines(0, 604));
    expect(log.cut).toBe(false);
  });

  it('does not touch pages that are full, so that they are not drawn again', () => {
    const before = withLines(emptyLog, lines(0, 450));
    const after = withLines(before, lines(450, 10));
    expect(after.pages.slice(0, 2)).toEqual(before.pages.slice(0, 2));
    expect(after.pages[0]).toBe(before.pages[0]);
    expect(after.pages[2]).not.toBe(before.pages[2]);
  });

  it('drops the oldest when it grows too long, and says so', () => {
    const log = withLines(emptyLog, lines(0, 12_345));
    const held = linesOf(log);
    expect(log.cut).toBe(true);
    expect(held.length).toBeLessThanOrEqual(5_000);
    expect(held.at(-1)?.text).toBe('12344');
    expect(Number(held[0]?.text)).toBe(12_345 - held.length);
  });

  it('stays as it is when nothing is added', () => {
    expect(linesOf(withLines(emptyLog, []))).toEqual([]);
  });
});

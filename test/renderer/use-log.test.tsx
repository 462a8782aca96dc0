import { renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../app/contract/commands.ts';
import { linesOf } from '../../renderer/host/log-pages.ts';
import { useLog } from '../../renderer/host/use-log.ts';
import { fakeHost } from './fake-host.tsx';

/** A log whose every line has 100 bytes; answers come after a while, and never out of nothing. */
function aLog(): { print(count: number): void; read: Handlers['jobs.log']; size(): number } {
  const texts: string[] = [];
  return {
    print(count) {
      for (let n = 0; n < count; n += 1) texts.push(`line ${texts.length}`);
    },
    size: () => texts.length * 100,
    async read({ from, maxBytes }) {
      await new Promise((resolve) => setTimeout(resolve, from % 3));
      const first = Math.ceil(from / 100);
      const piece = texts.slice(first, first + Math.max(1, Math.floor(maxBytes / 100)));
      const next = Math.min(from, texts.length * 100) + piece.length * 100;
      return {
        lines: piece.map((text) => ({ at: 0, operation: 'write', stream: 'stdout', text })),
        next,
        complete: next === texts.length * 100,
      };
    },
  };
}

describe('the output of a job', () => {
  it('loses and doubles no line while it grows faster than it is read', async () => {
    const log = aLog();
    const host = fakeHost({ handlers: { 'jobs.log': log.read } });
    log.print(1);
    const { result, rerender } = renderHook(({ revision }) => useLog('run', revision), {
      wrapper: host.wrapper,
      initialProps: { revision: '0' },
    });
    for (let burst = 1; burst <= 120; burst += 1) {
      log.print(burst % 7);
      rerender({ revision: String(burst) });
      if (burst % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const count = log.size() / 100;
    await waitFor(() => expect(linesOf(result.current.log).length).toBeGreaterThanOrEqual(count));
    const texts = linesOf(result.current.log).map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: count }, (_, n) => `line ${n}`));
    expect(result.current.log.cut).toBe(false);
  });

  it('begins with the newest part when it is long', async () => {
    const log = aLog();
    log.print(300_000);
    const host = fakeHost({ handlers: { 'jobs.log': log.read } });
    const { result } = renderHook(() => useLog('run', ''), { wrapper: host.wrapper });
    await waitFor(() => expect(linesOf(result.current.log).at(-1)?.text).toBe('line 299999'));
    expect(result.current.log.cut).toBe(true);
    // 30 MB in the log, not 30 questions.
    expect(host.asked.length).toBeLessThan(8);
  });

  it('says when it could not be read, and goes on when it can', async () => {
    const log = aLog();
    log.print(2);
    let broken = true;
    const host = fakeHost({
      handlers: {
        'jobs.log': (input) =>
          broken ? Promise.reject(new Error('the disk is gone')) : log.read(input),
      },
    });
    const { result, rerender } = renderHook(({ revision }) => useLog('run', revision), {
      wrapper: host.wrapper,
      initialProps: { revision: '0' },
    });
    await waitFor(() => expect(result.current.failure).toContain('the disk is gone'));
    broken = false;
    rerender({ revision: '1' });
    await waitFor(() => expect(linesOf(result.current.log)).toHaveLength(2));
    expect(result.current.failure).toBeNull();
  });

  it('says when there is none, but not before it knows', async () => {
    const host = fakeHost({ handlers: { 'jobs.log': aLog().read } });
    const { result } = renderHook(() => useLog('run', ''), { wrapper: host.wrapper });
    expect(result.current.read).toBe(false);
    await waitFor(() => expect(result.current.read).toBe(true));
    expect(linesOf(result.current.log)).toEqual([]);
  });
});

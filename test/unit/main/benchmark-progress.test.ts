import { describe, expect, it } from 'vitest';
import type { BenchmarkProgress } from '../../../app/contract/benchmark.ts';
import { ProgressLine } from '../../../main/commands/benchmark-progress.ts';

const word = (more: Partial<BenchmarkProgress> = {}): BenchmarkProgress => ({
  share: 0.5,
  remainingSeconds: 45,
  now: 'fp32',
  ...more,
});

function written(isTTY: boolean, work: (line: ProgressLine) => void): string {
  let text = '';
  work(new ProgressLine({ isTTY, write: (piece: string) => ((text += piece), true) }));
  return text;
}

describe('the progress of a benchmark', () => {
  it('is a line that changes in a terminal, under what is printed', () => {
    const text = written(true, (line) => {
      line.show(word());
      line.print('fp32 85 TFLOPS\n');
      line.show(word({ share: 1, remainingSeconds: 130, now: 'load' }));
      line.clear();
    });
    const bar = `${'█'.repeat(12)}${'░'.repeat(12)}`;
    expect(text.split('\r\u001b[K')).toEqual([
      '',
      `${bar} 50 % · fp32 · 45 s to go`,
      'fp32 85 TFLOPS\n',
      `${'█'.repeat(24)} 100 % · load · 3 min to go`,
      '',
    ]);
  });

  it('is said once for each load elsewhere', () => {
    const load = word({ now: 'load', remainingSeconds: 200 });
    const text = written(false, (line) => {
      for (const one of [word(), load, load, word(), load]) line.show(one);
      line.clear();
    });
    expect(text).toBe('under load · 4 min to go\nunder load · 4 min to go\n');
  });
});

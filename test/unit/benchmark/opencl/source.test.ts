import { describe, expect, it } from 'vitest';
import { ENTRIES, programText } from '../../../../app/benchmark/opencl/source.ts';

/* What the text must hold whatever device compiles it; test/integration/benchmark runs it. */

const CUTS = [1, 4, 8, 16].flatMap((lanes) =>
  [true, false].map((isContiguous) => ({ lanes, isContiguous })),
);

describe('the program in OpenCL C', () => {
  it.each(CUTS)('has every kernel, and closes what it opens: %j', (cut) => {
    const text = programText(cut);
    for (const entry of Object.values(ENTRIES)) expect(text).toContain(`kernel void ${entry}(`);
    for (const [open, close] of ['()', '{}', '[]'].map((pair) => pair.split(/(?=.$)/))) {
      expect(text.split(open ?? '').length).toBe(text.split(close ?? '').length);
    }
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(CUTS)('adds as often as it takes away, and once more: %j', (cut) => {
    const text = programText(cut);
    const [added, taken] = ['fma(p, ', 'fma(n, '].map((word) => text.split(word).length - 1);
    expect(taken).toBe(64);
    expect(added).toBe(68);
  });

  it('takes vectors as wide as the device computes, and plain numbers on a card', () => {
    const cut = (lanes: number): string => programText({ lanes, isContiguous: false });
    expect(cut(16)).toContain('vstore16(');
    expect(cut(8)).toContain('float8 p = ');
    expect(cut(1)).toContain('float p = ');
    expect(cut(1)).not.toContain('vstore');
  });
});

import { describe, expect, it } from 'vitest';
import { Others } from '../../../../app/benchmark/conditions/others.ts';
import type { CardProcess } from '../../../../app/contract/gpu.ts';

const MIB = 1024 ** 2;
const OWN = 99;

const process = (pid: number, more: Partial<CardProcess> = {}): CardProcess => ({
  index: 0,
  pid,
  name: `program ${pid}`,
  kind: 'compute',
  memoryBytes: 100 * MIB,
  ...more,
});
const desktop = process(1, { kind: 'graphics', memoryBytes: 900 * MIB });

function begun(utilization: number | null = 0, processes: readonly CardProcess[] = [desktop]) {
  const others = new Others(() => OWN);
  others.begin(utilization, [process(OWN), ...processes]);
  return others;
}

describe('who else uses the card', () => {
  it('is nobody where only the desktop is there', () => {
    const others = begun(10);
    expect(others.take([desktop, process(OWN, { memoryBytes: 8_000 * MIB })])).toBeNull();
    expect(others.disturbedBy).toEqual([]);
  });

  it('is said where it was busy, or computed on, before', () => {
    expect(begun(37).disturbedBy).toEqual(['The card was 37 % busy before.']);
    expect(begun(0, [process(5)]).disturbedBy).toEqual(['program 5 computes on the card.']);
    expect(begun(null).disturbedBy).toEqual([]);
  });

  it('is said where it begins to compute meanwhile, once', () => {
    const others = begun();
    for (let turn = 0; turn < 3; turn++) {
      expect(others.take([process(7, { name: null }), process(OWN)])).toBeNull();
    }
    expect(others.disturbedBy).toEqual(['process 7 began to use the card.']);
  });

  it('is made way for where it takes much of the card: a game, or a model', () => {
    const game = process(8, { kind: 'graphics', name: 'game.exe', memoryBytes: 2_000 * MIB });
    expect(begun().take([desktop, game])).toBe('game.exe');
    expect(begun().take([process(9, { memoryBytes: 600 * MIB })])).toBe('program 9');
  });

  it('does not matter where it only draws a little, or does not say how much', () => {
    const others = begun();
    const small = process(8, { kind: 'graphics', memoryBytes: 50 * MIB });
    const silent = process(9, { kind: 'graphics', memoryBytes: null });
    expect(others.take([small, silent])).toBeNull();
    expect(others.disturbedBy).toEqual([]);
  });
});

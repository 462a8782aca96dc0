import { describe, expect, it } from 'vitest';
import { ThermalGuards } from '../../../app/availability/thermal-guards.ts';

const hot = { uuid: 'GPU-1', temperatureC: 95 };

describe('the guards of several cards', () => {
  it('pause each card for its own heat', () => {
    const guards = new ThermalGuards(() => 85);
    guards.see([hot, { uuid: 'GPU-2', temperatureC: 60 }], 0);
    expect(guards.of('GPU-1')?.temperatureC).toBe(95);
    expect(guards.of('GPU-2')).toBeNull();
    expect(guards.of('GPU-3')).toBeNull();
  });

  it('take silence for no news: a hot card that does not tell is not cool', () => {
    const guards = new ThermalGuards(() => 85);
    guards.see([hot], 0);
    guards.see([{ uuid: 'GPU-1', temperatureC: null }], 10_000);
    guards.see([], 20_000);
    expect(guards.of('GPU-1')).not.toBeNull();
    guards.see([{ uuid: 'GPU-1', temperatureC: 70 }], 30_000);
    expect(guards.of('GPU-1')).toBeNull();
  });

  it('follow a limit that the owner changes', () => {
    let limitC = 85;
    const guards = new ThermalGuards(() => limitC);
    guards.see([{ ...hot, temperatureC: 80 }], 0);
    expect(guards.of('GPU-1')).toBeNull();
    limitC = 70;
    guards.see([{ ...hot, temperatureC: 80 }], 1);
    expect(guards.of('GPU-1')).toMatchObject({ limitC: 70, resumeC: 60 });
    limitC = 95;
    guards.see([{ ...hot, temperatureC: 80 }], 2);
    expect(guards.of('GPU-1')).toBeNull();
  });
});

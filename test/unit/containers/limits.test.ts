import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../app/containers/limits.ts';

const GIB = 1024 ** 3;
const computer = (gib: number, cores: number): { memoryBytes: number; cores: number } => ({
  memoryBytes: gib * GIB,
  cores,
});

describe('the share of a computer that a container gets', () => {
  it.each([
    [64, 16, 48, 12],
    [32, 8, 24, 6],
    [8, 4, 6, 3],
    [4, 2, 2, 1],
    [2, 1, 1, 0.5],
  ])('of %i GiB and %i cores is %f GiB and %f cores', (gib, cores, shareGib, shareCores) => {
    const limits = limitsFor(computer(gib, cores), computer(gib, cores), null);
    expect(limits.memoryBytes).toBe(shareGib * GIB);
    expect(limits.nanoCpus).toBe(shareCores * 1e9);
  });

  it('is never more than three quarters, as the passport says', () => {
    for (let gib = 1; gib < 300; gib += 1) {
      for (const cores of [1, 2, 3, 6, 24, 128]) {
        const limits = limitsFor(computer(gib, cores), computer(gib, cores), null);
        expect(limits.memoryBytes).toBeLessThanOrEqual(0.75 * gib * GIB);
        expect(limits.nanoCpus).toBeLessThanOrEqual(0.75 * cores * 1e9);
      }
    }
  });

  it('is counted from what the engine has where that is less, as in a virtual machine', () => {
    expect(limitsFor(computer(64, 16), computer(8, 4), null)).toEqual(
      limitsFor(computer(8, 4), computer(8, 4), null),
    );
  });

  it('is half of the free disk, up to a bound, and a fixed size where that is not known', () => {
    const small = computer(8, 4);
    expect(limitsFor(small, small, 100 * GIB).diskBytes).toBe(50 * GIB);
    expect(limitsFor(small, small, 4000 * GIB).diskBytes).toBe(200 * GIB);
    expect(limitsFor(small, small, null).diskBytes).toBe(20 * GIB);
  });

  it('has at least 1 GiB of shared memory where there is so much, and a bounded number of processes', () => {
    expect(limitsFor(computer(32, 8), computer(32, 8), null)).toMatchObject({
      sharedMemoryBytes: 6 * GIB,
      processes: 4096,
    });
    expect(limitsFor(computer(4, 1), computer(4, 1), null)).toMatchObject({
      sharedMemoryBytes: GIB,
      processes: 1024,
    });
    expect(limitsFor(computer(512, 128), computer(512, 128), null).processes).toBe(8192);
  });
});

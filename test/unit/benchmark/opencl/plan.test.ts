import { describe, expect, it } from 'vitest';
import { chooseDevice } from '../../../../app/benchmark/opencl/device.ts';
import { planFor } from '../../../../app/benchmark/opencl/plan.ts';
import { openClDevice } from '../../../fakes/benchmark/opencl-devices.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

describe('how work is cut for a card', () => {
  const card = openClDevice({ kind: 'gpu', multiprocessors: 128, memoryBytes: 24 * GIB });

  it('gives each multiprocessor four groups of 256, and neighbours neighbouring memory', () => {
    const { items, copyItems, group, isContiguous, lanes } = planFor(card);
    expect({ items, copyItems, group, isContiguous, lanes }).toEqual({
      items: 128 * 1024,
      copyItems: 128 * 16 * 1024,
      group: 256,
      isContiguous: false,
      lanes: 1,
    });
  });

  it('goes through far more memory than any cache holds, in one piece', () => {
    const { sweepBytes, blockBytes } = planFor(card);
    expect(sweepBytes).toBe(GIB);
    expect(sweepBytes).toBeLessThanOrEqual(blockBytes);
  });

  it('never asks for a larger buffer, nor for more memory, than there is', () => {
    const small = { kind: 'gpu', multiprocessors: 10, memoryBytes: 2 * GIB } as const;
    const { sweepBytes, blockBytes, spareBytes } = planFor(
      openClDevice(small, { mostAllocationBytes: 512 * MIB }),
    );
    expect(blockBytes).toBe(512 * MIB);
    expect(sweepBytes).toBe(512 * MIB);
    expect(spareBytes).toBeLessThan(2 * GIB);
    const tiny = planFor(openClDevice({ ...small, memoryBytes: GIB }));
    expect(2 * tiny.sweepBytes).toBeLessThan(tiny.spareBytes);
  });
});

describe('how work is cut for a processor', () => {
  const large = { kind: 'cpu', multiprocessors: 16, memoryBytes: 64 * GIB } as const;

  it('gives each core one long stretch, with as many lanes as its registers hold', () => {
    const lanes = [1, 2, 4, 8, 16, 32].map(
      (floatWidth) => planFor(openClDevice(large, { floatWidth })).lanes,
    );
    expect(lanes).toEqual([1, 1, 4, 8, 16, 16]);
    const { items, group, isContiguous } = planFor(openClDevice(large));
    expect({ items, group, isContiguous }).toEqual({ items: 16, group: 1, isContiguous: true });
  });

  it('is modest with the memory of the computer, and takes it in small blocks', () => {
    const { spareBytes, sweepBytes, blockBytes } = planFor(openClDevice(large));
    expect([spareBytes, sweepBytes, blockBytes]).toEqual([768 * MIB, 256 * MIB, 16 * MIB]);
    expect(planFor(openClDevice({ ...large, memoryBytes: GIB })).spareBytes).toBe(128 * MIB);
  });
});

describe('which device of OpenCL is taken', () => {
  const processor = openClDevice({ kind: 'cpu', uuid: 'opencl-0-0' });
  const other = openClDevice({ kind: 'gpu', uuid: 'opencl-1-0' }, { isNvidia: false });
  const nvidia = openClDevice({ kind: 'gpu', uuid: 'GPU-2' });

  it('is an NVIDIA card, and where there is none, a processor', () => {
    expect(chooseDevice([processor, other, nvidia], null)).toBe(nvidia);
    expect(chooseDevice([other, processor], null)).toBe(processor);
    expect(chooseDevice([other], null)).toBeNull();
    expect(chooseDevice([], null)).toBeNull();
  });

  it('is the one that is named, whichever it is, and no other', () => {
    expect(chooseDevice([processor, other, nvidia], 'opencl-1-0')).toBe(other);
    expect(chooseDevice([processor, other], 'GPU-2')).toBeNull();
  });
});

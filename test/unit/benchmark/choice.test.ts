import { describe, expect, it } from 'vitest';
import { chooseKernel } from '../../../app/benchmark/cuda/choice.ts';
import { scriptedDevice } from '../../fakes/benchmark/scripted-work.ts';

const { facts } = scriptedDevice([]);

describe('the kernel of CUDA for a card', () => {
  it('is the one that its hardware was made for', () => {
    const nameFor = (metric: 'fp32' | 'fp16-fp32', computeCapability: [number, number]) => {
      const chosen = chooseKernel(metric, { ...facts, computeCapability });
      return 'unable' in chosen ? chosen.unable : chosen.module.name;
    };
    expect(nameFor('fp32', [8, 9])).toBe('base');
    expect(nameFor('fp16-fp32', [7, 5])).toBe('tc75');
    expect(nameFor('fp16-fp32', [8, 9])).toBe('tc80');
    expect(nameFor('fp16-fp32', [6, 1])).toBe('this card has no hardware for it');
  });

  it('needs a driver that knows it', () => {
    expect(chooseKernel('fp8-fp32', { ...facts, driverCuda: 11_040 })).toEqual({
      unable: 'it needs a driver for CUDA 12.4; this one is for 11.4',
    });
    expect(chooseKernel('fp8-fp32', { ...facts, driverCuda: 12_040 })).toHaveProperty('kernel');
  });

  it('is none where the device does not say what it can', () => {
    expect(chooseKernel('fp32', { ...facts, computeCapability: null })).toHaveProperty('unable');
  });
});

import { describe, expect, it } from 'vitest';
import { backendNamed, describeCard } from '../../../main/commands/benchmark-card.ts';
import { scriptedDevice } from '../../fakes/benchmark/scripted-work.ts';

const { facts } = scriptedDevice([]);

describe('what a benchmark says of the card', () => {
  it('is its name and what it is made of', () => {
    expect(describeCard(facts)).toBe('Scripted card, compute capability 8.9, 4 multiprocessors\n');
  });

  it('names the platform that computed where it was not CUDA', () => {
    const card = { ...facts, platform: 'NVIDIA CUDA, OpenCL 3.0', computeCapability: null };
    expect(describeCard(card)).toBe(
      'Scripted card, 4 multiprocessors\nBy OpenCL (NVIDIA CUDA, OpenCL 3.0).\n',
    );
  });

  it('says plainly that a processor is no card', () => {
    expect(describeCard({ ...facts, kind: 'cpu' })).toContain(
      'Processor, by OpenCL: for trying only, not to be compared with a card.',
    );
  });
});

describe('--backend', () => {
  it('takes the two there are, and leaves the choice open where it is not given', () => {
    expect([undefined, 'cuda', 'opencl'].map(backendNamed)).toEqual([null, 'cuda', 'opencl']);
  });

  it('names them when asked for another', () => {
    expect(() => backendNamed('vulkan')).toThrow('--backend does not know "vulkan".');
  });
});

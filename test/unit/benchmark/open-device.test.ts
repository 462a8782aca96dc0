import { describe, expect, it } from 'vitest';
import type { NoDevice } from '../../../app/benchmark/compute.ts';
import { openDevice, type Wish } from '../../../app/benchmark/open-device.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { scriptedDevice } from '../../fakes/benchmark/scripted-work.ts';

type Answer = NoDevice['code'] extends `benchmark.${infer Problem}` ? Problem | 'there' : never;

/** What is opened where the back ends answer so; which were asked, and for what. */
function opened(answers: { cuda: Answer; opencl: Answer }, wish: Partial<Wish> = {}) {
  const asked: unknown[] = [];
  const open =
    (name: 'cuda' | 'opencl') =>
    ({ card }: { card: string | null }) => {
      asked.push([name, card]);
      const answer = answers[name];
      return answer === 'there' ? scriptedDevice([]) : { code: `benchmark.${answer}` as const };
    };
  const openers = { cuda: open('cuda'), opencl: open('opencl') };
  try {
    const { backend } = openDevice({ backend: null, card: null, ...wish }, openers);
    return { backend, asked, error: null };
  } catch (error) {
    if (!(error instanceof OffpeakError)) throw error;
    return { backend: null, asked, error };
  }
}

describe('what is measured', () => {
  it('is a card by CUDA, and OpenCL is not even asked', () => {
    const { backend, asked } = opened({ cuda: 'there', opencl: 'there' });
    expect([backend, asked]).toEqual(['cuda', [['cuda', null]]]);
  });

  it.each(['no-cuda', 'no-device'] as const)('is what OpenCL has where CUDA says %s', (cuda) => {
    expect(opened({ cuda, opencl: 'there' }).backend).toBe('opencl');
  });

  it('is asked of one back end alone where that is wished, by its name', () => {
    const answers = { cuda: 'there', opencl: 'there' } as const;
    const { backend, asked } = opened(answers, { backend: 'opencl', card: 'GPU-1' });
    expect([backend, asked]).toEqual(['opencl', [['opencl', 'GPU-1']]]);
    const refused = opened({ cuda: 'no-cuda', opencl: 'there' }, { backend: 'cuda' });
    expect(refused.error?.code).toBe('benchmark.no-cuda');
    expect(refused.asked).toHaveLength(1);
  });

  it.each(['card-busy', 'driver-mismatch'] as const)(
    'is not another device where the card is there: %s',
    (cuda) => {
      const { error, asked } = opened({ cuda, opencl: 'there' });
      expect(error?.code).toBe(`benchmark.${cuda}`);
      expect(asked).toHaveLength(1);
    },
  );

  it('is nothing where all is missing: every reason is named, and what to do', () => {
    const { error } = opened({ cuda: 'no-cuda', opencl: 'no-opencl' });
    expect(error?.code).toBe('benchmark.nothing-to-measure');
    expect(error?.message).toContain('no NVIDIA driver');
    expect(error?.message).toContain('no OpenCL');
    expect(error?.remedy).toContain('pocl-opencl-icd');
  });

  it.each([
    ['no-cuda', 'no-opencl-device'],
    ['no-device', 'no-opencl'],
    ['no-device', 'no-opencl-device'],
  ] as const)('is never another card than the one named: %s, %s', (cuda, opencl) => {
    const { error } = opened({ cuda, opencl }, { card: 'GPU-none' });
    expect(error?.code).toBe('benchmark.no-device');
    expect(error?.message).toContain('There is no card "GPU-none" here.');
  });

  it('says that there is no driver, not that the card is unknown, where nothing is installed', () => {
    const { error } = opened({ cuda: 'no-cuda', opencl: 'no-opencl' }, { card: 'GPU-1' });
    expect(error?.code).toBe('benchmark.nothing-to-measure');
  });
});

import { describe, expect, it } from 'vitest';
import type { SmiFailure } from '../../../app/adapters/nvidia-smi.ts';
import { gpuErrors } from '../../../app/contract/errors/gpu.ts';
import { problemOfFailure } from '../../../app/gpu/problems.ts';

function failed(text: string, exitCode: number | null = 255): SmiFailure {
  return { kind: 'failed', exitCode, text };
}

describe('what the driver says, in its own words', () => {
  it.each([
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
      'gpu.driver-not-running',
    ],
    ['Failed to initialize NVML: Driver Not Loaded', 'gpu.driver-not-running'],
    [
      'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 595.84',
      'gpu.driver-mismatch',
    ],
    [
      "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed",
      'gpu.library-missing',
    ],
    ['Failed to initialize NVML: Insufficient Permissions', 'gpu.forbidden'],
    [
      'Failed to initialize NVML: GPU access blocked by the operating system',
      'gpu.blocked-by-system',
    ],
    ['No devices were found', 'gpu.no-card'],
    [
      'Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU',
      'gpu.card-lost',
    ],
    ['Unable to determine the device handle for GPU0000:0B:00.0: Unknown Error', 'gpu.card-lost'],
    ['GPU 00000000:01:00.0: GPU has fallen off the bus', 'gpu.card-lost'],
    [
      'Unable to determine the device handle for GPU 0000:02:00.0: GPU requires reset',
      'gpu.card-needs-reset',
    ],
    ['External power cables are not properly attached', 'gpu.power-cable'],
  ])('%s', (text, code) => expect(problemOfFailure(failed(text)).code).toBe(code));
});

describe('a driver whose words are new to us', () => {
  it.each([
    [4, 'gpu.forbidden'],
    [8, 'gpu.power-cable'],
    [9, 'gpu.driver-not-running'],
    [12, 'gpu.library-missing'],
    [15, 'gpu.card-lost'],
    [0, 'gpu.unreadable'],
    [255, 'gpu.driver-failed'],
    [null, 'gpu.driver-failed'],
  ])('is understood by its exit code %s', (exitCode, code) =>
    expect(problemOfFailure(failed('Neue Worte', exitCode)).code).toBe(code),
  );

  it('is quoted, one line of it, without what a terminal would obey', () => {
    const text = `\n \u001b[31mSomething new\u0007 went wrong\nand more`;
    expect(problemOfFailure(failed(text)).message).toBe(
      'The NVIDIA driver reports an error: [31mSomething new went wrong',
    );
    expect(problemOfFailure(failed('x'.repeat(5000))).message.length).toBeLessThan(300);
  });

  it('is not quoted when it says nothing', () => {
    expect(problemOfFailure(failed('')).message).toBe('The NVIDIA driver reports an error.');
  });
});

describe('every problem', () => {
  it('says which card is lost, where the driver does', () => {
    const text = 'Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.';
    expect(problemOfFailure(failed(text)).message).toContain('0000:02:00.0');
    expect(problemOfFailure(failed('GPU is lost')).message).toBe(
      gpuErrors['gpu.card-lost'].message,
    );
  });

  it('without a driver says how to get one, and that practice still runs on the processor', () => {
    const { code, message, remedy } = problemOfFailure({
      kind: 'missing',
      exitCode: null,
      text: '',
    });
    expect(code).toBe('gpu.driver-missing');
    expect(message).toContain('nvidia-smi is not on the PATH');
    expect(remedy).toMatch(/Install the driver.*practice.*processor/);
  });

  it('of a hanging driver says how long it was waited for', () => {
    const failure: SmiFailure = {
      kind: 'timed-out',
      exitCode: null,
      text: 'no answer in 5 seconds',
    };
    expect(problemOfFailure(failure)).toMatchObject({
      code: 'gpu.driver-hangs',
      message: 'The NVIDIA driver does not answer: no answer in 5 seconds.',
    });
  });

  it('has a sentence and a remedy that end like sentences', () => {
    for (const row of Object.values(gpuErrors)) {
      expect(row.message).toMatch(/\.$/);
      expect(row.remedy).toMatch(/\.$/);
    }
  });
});

import type { ErrorRow } from './row.ts';

/** Codes of the benchmark room. */
export const benchmarkErrors = {
  'benchmark.no-cuda': {
    retry: 'owner',
    message: 'There is no NVIDIA driver here that Offpeak could compute with.',
    remedy:
      'Install the driver for your card (https://www.nvidia.com/drivers), 2019 or newer, and restart. "offpeak gpus" says what the driver sees.',
  },
  'benchmark.no-device': {
    retry: 'owner',
    message: 'CUDA sees no such card.',
    remedy:
      'Take its UUID from "offpeak gpus --json", and check that CUDA_VISIBLE_DEVICES does not hide it.',
  },
  'benchmark.no-opencl': {
    retry: 'owner',
    message: 'There is no OpenCL here that Offpeak could compute with.',
    remedy:
      'Install the driver for your card (https://www.nvidia.com/drivers), which brings OpenCL. To try the benchmark on the processor, on Debian: apt-get install ocl-icd-libopencl1 pocl-opencl-icd.',
  },
  'benchmark.no-opencl-device': {
    retry: 'owner',
    message: 'OpenCL sees no such card or processor.',
    remedy:
      'Install the driver for your card (https://www.nvidia.com/drivers). To try the benchmark on the processor, on Debian: apt-get install pocl-opencl-icd.',
  },
  'benchmark.nothing-to-measure': {
    retry: 'owner',
    message: 'Nothing here can be measured.',
    remedy:
      'Install the driver for your card (https://www.nvidia.com/drivers) and restart. To try the benchmark on the processor, on Debian: apt-get install ocl-icd-libopencl1 pocl-opencl-icd.',
  },
  'benchmark.card-busy': {
    retry: 'owner',
    message: 'The card is in use.',
    remedy: 'Take the card back in Offpeak, or end the program that uses it, and start again.',
  },
  'benchmark.driver-mismatch': {
    retry: 'owner',
    message: 'The NVIDIA driver was updated, but the old one is still running.',
    remedy: 'Restart the computer.',
  },
  'benchmark.device-fault': {
    retry: 'owner',
    message: 'The card stopped working in the middle of the benchmark.',
    remedy:
      'Restart the computer and measure again without any overclock; if it happens again, check the power cables of the card.',
  },
  'benchmark.cancelled': {
    retry: 'owner',
    message: 'The benchmark was stopped.',
    remedy:
      'What was measured is kept for a day: go on with the rest when you like ("--resume" on the command line).',
  },
  'benchmark.unsafe': {
    retry: 'owner',
    message: 'The benchmark was stopped to protect the card.',
    remedy:
      'Let it cool, clean its fans and filters, see that air gets in and out, and take back overclocking. Then go on ("--resume" on the command line).',
  },
  'benchmark.made-way': {
    retry: 'owner',
    message: 'Something else needs the card.',
    remedy: 'When it is free again, go on with the rest ("--resume" on the command line).',
  },
  'benchmark.nothing-to-resume': {
    retry: 'owner',
    message: 'No run of this level was stopped in the last day.',
    remedy: 'Begin a new one.',
  },
  'benchmark.no-caps': {
    retry: 'owner',
    message: 'This card has no power limits that could be compared.',
    remedy:
      'Laptops and some boards keep their limit to themselves; a processor has none. Everything else can be measured.',
  },
  'benchmark.not-swept': {
    retry: 'owner',
    message: 'The power limits were not compared.',
    remedy: 'Begin again; the limit of the card is its own again.',
  },
  'benchmark.wrong-results': {
    retry: 'owner',
    message: 'The card computed wrongly.',
    remedy: 'Do not lend it. Take back overclocking and undervolting, and measure it again.',
  },
  'benchmark.changed': {
    retry: 'owner',
    message: 'The card or its driver has changed since the run was stopped.',
    remedy: 'Begin a new one.',
  },
} as const satisfies Record<`benchmark.${string}`, ErrorRow>;

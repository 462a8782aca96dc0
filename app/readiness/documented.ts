/*
 * What the network asks for by its documentation: "Hardware Requirements" in docs/hosts/grid.md of
 * github.com/nosana-ci/docs.nosana.com (read 2026-11-23). The network's servers may ask for something
 * else at any time; what they publish goes before this. docs/requirements.md says the same in plain
 * words, and a test compares the two.
 */

/** Numbers that a computer must reach. The documentation counts in decimal units. */
export const DOCUMENTED_MINIMUM = {
  memoryBytes: 12e9,
  diskTotalBytes: 256e9,
  // MIN_DISK_SPACE in the official host, the only threshold that stands in its code.
  diskFreeBytes: 25e9,
  downloadBitsPerSecond: 100e6,
  uploadBitsPerSecond: 50e6,
} as const;

/** What it recommends "to increase your chances", and for models of larger cards. */
export const DOCUMENTED_ADVICE = {
  diskTotalBytes: 1e12,
  downloadBitsPerSecond: 500e6,
  uploadBitsPerSecond: 250e6,
  latencyMs: 100,
} as const;

/** The Linux it recommends: this one or newer. */
export const DOCUMENTED_UBUNTU = '20.04';

/** The driver and CUDA in its example; no minimum is published. */
export const EXAMPLE_DRIVER = '525';

/** The "Supported NVIDIA GPUs", word for word but for the brand. */
export const DOCUMENTED_CARDS = [
  'RTX 5090',
  'RTX 5080',
  'RTX 5070',
  'RTX 4090',
  'RTX 4080',
  'RTX 4070Ti',
  'RTX 4070',
  'RTX 4060Ti',
  'RTX 4060',
  'RTX 3090Ti',
  'RTX 3090',
  'RTX 3080Ti',
  'RTX 3080',
  'RTX 3070Ti',
  'RTX 3070',
  'RTX 3060Ti',
  'RTX 3060',
  'RTX A4000',
  'RTX A4500',
  'RTX A5000',
  'RTX A5500',
  'RTX A6500',
  'RTX A40',
  'RTX A100 40GB',
  'RTX A100 80GB',
  'RTX H100',
] as const;

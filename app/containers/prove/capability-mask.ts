import type { KEPT_CAPABILITIES } from '../isolation.ts';

/** Bit of each right that a job keeps (linux/capability.h). */
const BITS: Readonly<Record<(typeof KEPT_CAPABILITIES)[number], bigint>> = {
  CHOWN: 0n,
  DAC_OVERRIDE: 1n,
  FOWNER: 3n,
  KILL: 5n,
  SETGID: 6n,
  SETUID: 7n,
};

/** The rights as /proc/self/status writes them: sixteen hexadecimal digits. */
export function capabilityMask(names: readonly (keyof typeof BITS)[]): string {
  const mask = names.reduce((sum, name) => sum | (1n << BITS[name]), 0n);
  return mask.toString(16).padStart(16, '0');
}

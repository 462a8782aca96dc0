import type { HostState } from '../../app/contract/state.ts';
import { isHole } from './proof-verdict.ts';

/** How many things need the owner: failing checks, and an isolation with a hole in it. */
export function problemCount({ doctor, proof }: HostState): number {
  return doctor.checks.filter((check) => !check.ok).length + (isHole(proof) ? 1 : 0);
}

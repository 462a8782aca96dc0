import type { EndpointView } from '../../contract/job.ts';
import type { ExposedPort } from '../definition/expose.ts';

/** One question to a service that tells whether it is up. */
export type HealthCheck = NonNullable<ExposedPort['health_checks']>[number];

/** How one check stands; `dueAt` is in ms of the steady clock, null when it is never made again. */
export interface CheckState {
  readonly port: number;
  readonly check: HealthCheck;
  readonly hasPassed: boolean;
  readonly failsNow: boolean;
  readonly dueAt: number | null;
}

/** Until a check has passed, as the network's own host does it. */
export const CHECK_EVERY_MS = 5000;
const CHECK_AGAIN_MS = 30_000;

/** All checks of an operation's ports, due now. Pure. */
export function beginChecks(ports: readonly ExposedPort[], now: number): CheckState[] {
  return ports.flatMap(({ port, health_checks: checks = [] }) =>
    checks.map((check) => ({ port, check, hasPassed: false, failsNow: false, dueAt: now })),
  );
}

/** The checks to be made now, the longest due first. Pure. */
export function dueChecks(checks: readonly CheckState[], now: number): CheckState[] {
  return checks
    .flatMap((state) => (state.dueAt !== null && state.dueAt <= now ? [state] : []))
    .toSorted((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0));
}

/** When the next check is due; null when none ever is. Pure. */
export function nextDueAt(checks: readonly CheckState[]): number | null {
  const moments = checks.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt]));
  return moments.length === 0 ? null : Math.min(...moments);
}

/** A check after it was made. Pure. */
export function afterCheck(state: CheckState, passes: boolean, now: number): CheckState {
  const hasPassed = state.hasPassed || passes;
  if (!hasPassed) return { ...state, dueAt: now + CHECK_EVERY_MS };
  const dueAt = state.check.continuous ? now + CHECK_AGAIN_MS : null;
  return { ...state, hasPassed, failsNow: !passes, dueAt };
}

/** Every check has passed once, or there is none: dependents may start. Pure. */
export function isReady(checks: readonly CheckState[]): boolean {
  return checks.every(({ hasPassed }) => hasPassed);
}

/** What is known of a port. Nothing tells of one without checks. Pure. */
export function portStatus(checks: readonly CheckState[], port: number): EndpointView['status'] {
  const own = checks.filter((state) => state.port === port);
  if (own.some(({ failsNow }) => failsNow)) return 'offline';
  return own.length > 0 && isReady(own) ? 'online' : 'unknown';
}

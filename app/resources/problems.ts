import type { OutsideFault, OutsideFaultKind } from '../adapters/outside/faults.ts';
import { OffpeakError, toErrorReport, type ErrorCode } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import { shown } from './manifest.ts';

/** A fault of a request as an error of this room. It names the host, never the whole address. */
export function errorOfFault(fault: OutsideFault): OffpeakError {
  const { kind, host, cause } = fault;
  const message = SENTENCES[kind]?.(shown(host));
  return new OffpeakError(CODES[kind], { ...(message === undefined ? {} : { message }), cause });
}

const CODES: Readonly<Record<OutsideFaultKind, ErrorCode>> = {
  'bad-address': 'resources.unsupported',
  'refused-address': 'resources.address-refused',
  unreachable: 'resources.unreachable',
  stalled: 'resources.stalled',
  broken: 'resources.unreachable',
  redirect: 'resources.unsupported',
  'too-large': 'resources.unsupported',
  unreadable: 'resources.unsupported',
  aborted: 'resources.stopped',
};

const SENTENCES: Readonly<Partial<Record<OutsideFaultKind, (host: string) => string>>> = {
  'bad-address': (host) => `The job names an address for its files that is none: ${host}.`,
  unreachable: (host) => `The server that keeps the files of the job cannot be reached: ${host}.`,
  stalled: (host) => `A download for the job stopped moving: ${host} sends nothing.`,
  broken: (host) => `The connection to ${host} broke off.`,
  redirect: (host) => `${host} sends us on in a way that is not safe to follow.`,
  'too-large': (host) => `${host} answers with far more than was asked for.`,
  unreadable: (host) => `${host} answers in a way that Offpeak does not understand.`,
};

/** A status other than success as an error of this room. `what` was asked for, in plain words. */
export function errorOfStatus(status: number, url: string, what: string): OffpeakError {
  const host = shown(URL.parse(url)?.hostname ?? '');
  if (status === 401 || status === 403) {
    const message = `${host} does not give ${what} to everyone, and the job has no valid key for it.`;
    return new OffpeakError('resources.forbidden', { message });
  }
  if (status === 404 || status === 410) {
    return new OffpeakError('resources.not-found', { message: `${host} does not have ${what}.` });
  }
  if (isPassingStatus(status)) {
    const message = `${host} cannot give ${what} now (status ${status}).`;
    return new OffpeakError('resources.unreachable', { message });
  }
  const message = `${host} does not give ${what} (status ${status}).`;
  return new OffpeakError('resources.unsupported', { message });
}

/** Statuses after which the same request may succeed (RFC 9110 and 6585): busy, or in trouble. */
function isPassingStatus(status: number): boolean {
  return [408, 425, 429].includes(status) || status >= 500;
}

/** Anything thrown as what `ensure` reports. */
export function problemOf(error: unknown, signal: AbortSignal): Problem {
  if (signal.aborted) return new OffpeakError('resources.stopped').toReport();
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new OffpeakError('resources.disk-full').toReport();
  }
  const { code, message, remedy } = toErrorReport(error);
  return { code, message, remedy };
}

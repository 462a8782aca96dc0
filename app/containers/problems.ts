import { wordsOfToolkit } from '../adapters/docker/card-faults.ts';
import type { EngineFault, FaultKind } from '../adapters/docker/faults.ts';
import { type ErrorCode, OffpeakError } from '../contract/errors.ts';
import { remedyFor, type Os } from './remedies.ts';

/** Where a fault happened, for the words. */
export interface FaultContext {
  readonly os: Os;
  /** Plain words for the engine that was tried, e.g. `rootless Docker`. */
  readonly origin?: string;
}

/** A fault of the engine as an error with a stable code and the remedy for this system. */
export function errorOf(fault: EngineFault, context: FaultContext): OffpeakError {
  const code = CODES[fault.kind];
  const remedy = remedyFor(code, context.os, context.origin ?? 'Docker');
  return new OffpeakError(code, {
    ...(SAYS_MORE.includes(fault.kind)
      ? { message: withDetail(code, wordsOfToolkit(fault.message)) }
      : {}),
    ...(remedy === null ? {} : { remedy }),
    cause: fault,
  });
}

const CODES: Readonly<Record<FaultKind, ErrorCode>> = {
  missing: 'containers.engine-missing',
  stopped: 'containers.engine-stopped',
  forbidden: 'containers.engine-forbidden',
  'timed-out': 'containers.engine-timed-out',
  lost: 'containers.engine-lost',
  aborted: 'containers.stopped',
  'not-found': 'containers.engine-error',
  conflict: 'containers.engine-error',
  'in-use': 'containers.clean-up-incomplete',
  'image-missing': 'containers.image-missing',
  'image-private': 'containers.image-private',
  'image-unsuitable': 'containers.image-unsuitable',
  'registry-unreachable': 'containers.registry-unreachable',
  'registry-busy': 'containers.registry-busy',
  'disk-full': 'containers.disk-full',
  'gpu-missing': 'containers.gpu-missing',
  'gpu-toolkit-broken': 'containers.gpu-toolkit-broken',
  'gpu-toolkit-mode': 'containers.gpu-toolkit-mode',
  'gpu-driver-changed': 'containers.gpu-driver-changed',
  'gpu-driver-not-loaded': 'containers.gpu-driver-not-loaded',
  'gpu-driver-missing': 'containers.gpu-driver-missing',
  'gpu-driver-old': 'containers.gpu-driver-old',
  'gpu-driver-hangs': 'containers.gpu-driver-hangs',
  'gpu-cdi-stale': 'containers.gpu-cdi-stale',
  'gpu-unknown-card': 'containers.gpu-unknown-card',
  'gpu-forbidden': 'containers.gpu-forbidden',
  'gpu-failed': 'containers.gpu-failed',
  'gpu-not-given': 'containers.gpu-not-given',
  'runtime-missing': 'containers.runtime-missing',
  'init-missing': 'containers.engine-error',
  'storage-limit-missing': 'containers.engine-error',
  'start-failed': 'containers.start-failed',
  other: 'containers.engine-error',
};

/** Kinds whose engine text tells a person more than the sentence of the table. */
const SAYS_MORE: readonly FaultKind[] = [
  'not-found',
  'conflict',
  'in-use',
  'registry-unreachable',
  'gpu-missing',
  'gpu-toolkit-broken',
  'gpu-driver-old',
  'gpu-cdi-stale',
  'gpu-unknown-card',
  'gpu-forbidden',
  'gpu-failed',
  'gpu-not-given',
  'start-failed',
  'init-missing',
  'storage-limit-missing',
  'other',
];

/** The engine's texts quote names that a job chose; they are kept short and on one line. */
const MAX_DETAIL = 240;

function withDetail(code: ErrorCode, text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const detail = line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL)}…` : line;
  const sentence = new OffpeakError(code).message;
  return detail === '' ? sentence : `${sentence.replace(/\.$/, '')}: ${detail}`;
}

import { benchmarkErrors } from './errors/benchmark.ts';
import { cardsInContainersErrors } from './errors/cards-in-containers.ts';
import { containersErrors } from './errors/containers.ts';
import { gpuErrors } from './errors/gpu.ts';
import { hostErrors } from './errors/host.ts';
import { hostManagerErrors } from './errors/host-manager.ts';
import { jobsErrors } from './errors/jobs.ts';
import { networkErrors } from './errors/network.ts';
import { powerErrors } from './errors/power.ts';
import { practiceErrors } from './errors/practice.ts';
import { readinessErrors } from './errors/readiness.ts';
import { resourcesErrors } from './errors/resources.ts';
import type { ErrorRow } from './errors/row.ts';
import { serveErrors } from './errors/serve.ts';
import { storageErrors } from './errors/storage.ts';
import { walletErrors } from './errors/wallet.ts';

/** Every code Offpeak can report; docs/errors.md is printed from it. */
export const errorTable = {
  ...benchmarkErrors,
  ...cardsInContainersErrors,
  ...containersErrors,
  ...gpuErrors,
  ...hostErrors,
  ...hostManagerErrors,
  ...jobsErrors,
  ...networkErrors,
  ...powerErrors,
  ...practiceErrors,
  ...readinessErrors,
  ...resourcesErrors,
  ...serveErrors,
  ...storageErrors,
  ...walletErrors,
} as const;

/** A stable code, `room.problem`. */
export type ErrorCode = keyof typeof errorTable;

/** Who has to act on a code; one that is not in the table is the owner's to look at. */
export function retryOf(code: string): ErrorRow['retry'] {
  const rows: Readonly<Record<string, ErrorRow>> = errorTable;
  return Object.hasOwn(rows, code) ? (rows[code]?.retry ?? 'owner') : 'owner';
}

/** The plain form of an error: what crosses the wire and what `--json` prints. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** An error with a stable code, a sentence for a person and a remedy. */
export class OffpeakError extends Error {
  override readonly name = 'OffpeakError';
  readonly code: ErrorCode;
  readonly remedy: string;

  /** `details.message` replaces the table's sentence where the thrower knows more. */
  constructor(
    code: ErrorCode,
    details: { message?: string; remedy?: string; cause?: unknown } = {},
  ) {
    const row: ErrorRow = errorTable[code];
    super(details.message ?? row.message, { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy ?? row.remedy;
  }

  /** The plain form, without the cause (which may hold secrets of the outside world). */
  toReport(): ErrorReport {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

/** Any thrown thing as a report; what is not an OffpeakError is a bug of ours and says so. */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof OffpeakError) return error.toReport();
  if (isDiskFull(error)) return new OffpeakError('storage.disk-full').toReport();
  const text = error instanceof Error ? error.message : String(error);
  return new OffpeakError('host.bug', { message: `Offpeak made a mistake: ${text}` }).toReport();
}

// Any write may meet a full disk; that is never a mistake of ours.
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

import type { TransactionFailure } from '../../adapters/solana/types.ts';
import type { Problem } from '../../contract/gpu.ts';
import { OffpeakError, type ErrorCode } from '../../contract/errors.ts';

/** What each error of the Jobs program means to a host. (nosana-programs, errors.rs) */
const JOBS_ERRORS = [
  ['InvalidMarketAccount', 'network.job-changed', 'the job belongs to another market'],
  ['MarketInWrongState', 'network.transaction-rejected', 'no hosts are waiting in this market'],
  ['NotInMarketQueue', 'network.transaction-rejected', 'this host is not in the queue'],
  ['InvalidJobAccount', 'network.job-changed', 'the run belongs to another job'],
  ['JobInWrongState', 'network.job-changed', 'the job is in another state'],
  ['JobNotExpired', 'network.transaction-rejected', 'the job has not expired yet'],
  ['JobResultNull', 'network.transaction-rejected', 'the result is missing'],
  ['JobInvalidProject', 'network.transaction-rejected', 'the job belongs to another poster'],
  ['JobTimeoutNotGreater', 'network.transaction-rejected', 'the new timeout is not longer'],
  ['JobInvalidRunAccount', 'network.job-changed', 'the run does not match the job'],
  ['JobResultsAlreadySet', 'network.job-changed', 'the job has its result already'],
  ['NodeQueueDoesNotMatch', 'network.transaction-rejected', 'the queue does not match'],
  ['NodeStakeUnauthorized', 'network.no-stake', 'the stake belongs to another address'],
  ['NodeNotEnoughStake', 'network.stake-too-low', 'the stake is below the minimum'],
  ['NodeAlreadyQueued', 'network.transaction-rejected', 'this host is in the queue already'],
  ['NodeNftWrongMetadata', 'network.no-access-key', 'the access key has other metadata'],
  ['NodeNftWrongOwner', 'network.no-access-key', 'the access key belongs to somebody else'],
  ['NodeNftInvalidAmount', 'network.no-access-key', 'the access key has been given away'],
  ['NodeKeyInvalidCollection', 'network.no-access-key', 'the access key opens another market'],
] as const satisfies readonly (readonly [string, ErrorCode, string])[];

const FIRST_JOBS_ERROR = 6000;

/** Errors of Anchor and of the chain that have a meaning of their own to a host. */
const OTHER_ERRORS: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  // The payer has no account, cannot pay the fee, or cannot pay the rent of a new account.
  [/AccountNotFound|InsufficientFundsFor/, 'network.no-sol'],
  [/insufficient lamports/, 'network.no-sol'],
  // Anchor: AccountNotInitialized and AccountOwnedByWrongProgram, of an account that is not there.
  // Joining looks at the stake beforehand; in a settlement it is the run or the job that is closed.
  [/caused by account: stake/, 'network.no-stake'],
  [/"Custom":(3007|3012)/, 'network.job-changed'],
  // Anchor, AccountDidNotSerialize: the market account has no room for one more in its queue.
  [/"Custom":3004/, 'network.queue-full'],
];

/** A failed transaction as a problem with a remedy. */
export function transactionProblem(failure: TransactionFailure): Problem {
  const row = jobsRow(failure);
  if (row !== undefined) return report(row[1], row[2]);
  const text = [failure.reason, ...failure.logs].join('\n');
  const other = OTHER_ERRORS.find(([pattern]) => pattern.test(text));
  if (other !== undefined) return new OffpeakError(other[1]).toReport();
  return report('network.transaction-rejected', loggedName(failure) ?? failure.reason);
}

/**
 * Where the logs name the error, that name counts: Nosana's common errors begin at 6000 as well. The
 * result of a transaction that has landed comes without logs; a common error may then be misread,
 * so nothing is decided by the name: whoever was refused reads the accounts again.
 */
function jobsRow(failure: TransactionFailure): (typeof JOBS_ERRORS)[number] | undefined {
  const name = loggedName(failure);
  if (name !== null) return JOBS_ERRORS.find((row) => row[0] === name);
  return failure.customCode === null
    ? undefined
    : JOBS_ERRORS[failure.customCode - FIRST_JOBS_ERROR];
}

/** Anchor writes "Error Code: NodeAlreadyQueued. Error Number: 6014." into the log. */
function loggedName(failure: TransactionFailure): string | null {
  for (const line of failure.logs) {
    const name = /Error Code: (\w+)\./.exec(line)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

function report(code: ErrorCode, why: string): Problem {
  const message = `The network refused the transaction: ${why}.`;
  return new OffpeakError(code, { message }).toReport();
}

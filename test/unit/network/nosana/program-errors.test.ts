import { JobsClient } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import { transactionFailure } from '../../../../app/adapters/solana/failure.ts';
import { transactionProblem } from '../../../../app/network/nosana/program-errors.ts';

const refusal = (custom: number, ...logs: string[]) =>
  transactionProblem(transactionFailure({ InstructionError: [0, { Custom: custom }] }, logs));

describe('a refused transaction tells what to do', () => {
  it.each([
    [6012, 'network.no-stake'],
    [6013, 'network.stake-too-low'],
    [6016, 'network.no-access-key'],
    [6018, 'network.no-access-key'],
    [6010, 'network.job-changed'],
    [6014, 'network.transaction-rejected'],
  ])('error %i of the program is %s', (number, code) => {
    expect(refusal(number)).toMatchObject({ code });
  });

  it('knows every error of the program, at its number', () => {
    const theirs = Object.entries(JobsClient)
      .filter(([name]) => name.startsWith('NOSANA_JOBS_ERROR__'))
      .map(([, number]) => Number(number));
    expect(theirs).toHaveLength(19);
    for (const number of theirs) {
      expect(refusal(number).message).not.toContain('Custom');
    }
    expect(refusal(Math.max(...theirs) + 1).message).toContain('Custom');
  });

  it('believes the name in the log over the number, which two lists share', () => {
    const log =
      'Program log: AnchorError occurred. Error Code: LamportsNonNull. Error Number: 6002.';
    expect(refusal(6002).message).toContain('not in the queue');
    expect(refusal(6002, log).message).toContain('LamportsNonNull');
  });

  it.each([
    ['no account to pay from', 'AccountNotFound', [], 'network.no-sol'],
    ['not enough for the fee', 'InsufficientFundsForFee', [], 'network.no-sol'],
    [
      'not enough for rent',
      { InsufficientFundsForRent: { account_index: 0 } },
      [],
      'network.no-sol',
    ],
    [
      'not enough for a new account',
      { InstructionError: [0, { Custom: 1 }] },
      ['Transfer: insufficient lamports 5, need 1726080'],
      'network.no-sol',
    ],
    [
      'no stake account',
      { InstructionError: [0, { Custom: 3012 }] },
      ['Program log: AnchorError caused by account: stake. Error Code: AccountNotInitialized.'],
      'network.no-stake',
    ],
    [
      'a run that is closed',
      { InstructionError: [1, { Custom: 3012 }] },
      ['Program log: AnchorError caused by account: run. Error Code: AccountNotInitialized.'],
      'network.job-changed',
    ],
    ['a full queue', { InstructionError: [0, { Custom: 3004 }] }, [], 'network.queue-full'],
    ['anything else', 'TooManyAccountLocks', [], 'network.transaction-rejected'],
  ])('%s', (_name, error, logs, code) => {
    expect(transactionProblem(transactionFailure(error, logs))).toMatchObject({ code });
  });
});

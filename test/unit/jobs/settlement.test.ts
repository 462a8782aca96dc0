import { describe, expect, it } from 'vitest';
import type { Assignment, SettlementKind, SignedTransaction } from '../../../app/jobs/ports.ts';
import { decide, resume, type Seen } from '../../../app/jobs/recovery.ts';
import type { Leave, RunIn } from '../../../app/jobs/run.ts';
import { confirmedStep, nextMove } from '../../../app/jobs/settlement.ts';
import { Stage } from '../../../app/contract/job.ts';

const payment = { paidSeconds: 5, payoutBaseUnits: 240n, refundBaseUnits: 60n, endedAt: 9000 };
const assigned: Assignment = { state: 'assigned', timeoutSeconds: 60 };
const gone: Assignment = { state: 'gone' };
const settled: Assignment = { state: 'settled', resultCid: 'theirs', ...payment };
const ended: Assignment = { state: 'ended-by-client', resultSet: false, ...payment };
const endedWithResult: Assignment = { ...ended, resultSet: true };
const unknown: Assignment = {
  state: 'unknown',
  problem: { code: 'x', message: 'Down.', remedy: 'Wait.' },
};

const finish: Leave = { how: 'finish', cid: 'ours' };
const quit: Leave = { how: 'quit', reasons: ['No.'] };
const nothing: Leave = { how: 'nothing' };

function transaction(kind: SettlementKind): SignedTransaction {
  return { kind, signature: 's', wire: '', lastValidBlockHeight: 1, genesis: 'g' };
}

function run(leave: Leave, onItsWay: SettlementKind | null): RunIn<'settling'> {
  return {
    stage: 'settling',
    offer: {
      run: 'run',
      job: 'job',
      market: 'market',
      poster: 'poster',
      definitionCid: 'cid',
      pricePerSecond: 48n,
      timeoutSeconds: 60,
      assignedAt: 0,
    },
    network: 'practice',
    host: 'me',
    practice: true,
    title: 'A job',
    image: null,
    timeoutSeconds: 60,
    stageSince: 0,
    definition: null,
    stub: null,
    passport: null,
    work: null,
    result: null,
    leave,
    transaction: onItsWay === null ? null : transaction(onItsWay),
    settled: null,
  };
}

describe('the next move of a settlement', () => {
  it.each([
    ['signs a finish for a run that is open', finish, null, assigned, 'sign finish ours'],
    ['sends what is signed', finish, 'finish', assigned, 'send'],
    ['signs a quit for a job that was declined', quit, null, assigned, 'sign quit'],
    ['sends the quit', quit, 'quit', assigned, 'send'],
    ['drops what no longer fits', quit, 'finish', assigned, 'drop'],
    ['leaves a run that was said to be over and is not', nothing, null, assigned, 'sign quit'],
    ['is done when the run is settled', finish, 'finish', settled, 'confirm'],
    ['is done when it was settled before it signed', finish, null, settled, 'confirm'],
    ['is done when the run is gone', quit, 'quit', gone, 'confirm'],
    ['adds the result after the client’s end', finish, null, ended, 'sign complete ours'],
    ['drops a finish that the client’s end has overtaken', finish, 'finish', ended, 'drop'],
    ['sends the result after the client’s end', finish, 'complete', ended, 'send'],
    ['is done when the result is there', finish, 'complete', endedWithResult, 'confirm'],
    ['has no result to add to a declined job', quit, null, ended, 'confirm'],
    ['has no result to add where nothing ran', nothing, null, ended, 'confirm'],
    ['waits while the chain is silent', finish, null, unknown, 'wait'],
    ['waits, whatever is on its way', finish, 'finish', unknown, 'wait'],
  ] as const)('%s', (...[, leave, onItsWay, assignment, expected]) => {
    const move = nextMove(run(leave, onItsWay), assignment, false);
    const words =
      move.move === 'sign'
        ? ['sign', move.kind, ...(move.cid === null ? [] : [move.cid])]
        : [move.move];
    expect(words.join(' ')).toBe(expected);
  });

  it('gives up a result after the client’s end, but never a payment', () => {
    expect(nextMove(run(finish, 'complete'), ended, true).move).toBe('confirm');
    expect(nextMove(run(finish, 'finish'), assigned, true).move).toBe('send');
  });

  it('never signs while something is on its way', () => {
    const kinds: SettlementKind[] = ['finish', 'complete', 'quit'];
    for (const leave of [finish, quit, nothing]) {
      for (const kind of kinds) {
        for (const assignment of [assigned, gone, settled, ended, endedWithResult, unknown]) {
          expect(nextMove(run(leave, kind), assignment, false).move).not.toBe('sign');
        }
      }
    }
  });
});

describe('the last word of the chain', () => {
  it('is written down with exact money', () => {
    expect(confirmedStep({ state: 'settled', resultCid: 'theirs', ...payment }, 'ours')).toEqual({
      type: 'settlement-confirmed',
      state: 'settled',
      payment: { ...payment, payoutBaseUnits: '240', refundBaseUnits: '60' },
      resultCid: 'theirs',
    });
  });

  it('names our result only where it is attached', () => {
    const end = { state: 'ended-by-client', ...payment } as const;
    expect(confirmedStep({ ...end, resultSet: true }, 'ours')).toMatchObject({ resultCid: 'ours' });
    expect(confirmedStep({ ...end, resultSet: false }, 'ours')).toMatchObject({ resultCid: null });
    expect(confirmedStep({ state: 'gone' }, 'ours')).toMatchObject({ payment: null });
  });
});

describe('what the chain says while a run', () => {
  const working = ['offered', 'judging', 'pulling', 'running'] as const;
  const rows: readonly (readonly [Seen, string])[] = [
    ['assigned', 'go-on'],
    ['unknown', 'go-on'],
    ['expired', 'expired'],
    ['ended-by-client', 'ended-by-client'],
    ['settled', 'gone'],
    ['gone', 'gone'],
  ];

  it.each(rows)('works: %s means %s', (seen, decision) => {
    for (const stage of working) expect(decide(stage, seen)).toBe(decision);
  });

  it.each(rows)('leaves: %s changes nothing, the settlement reads the chain itself', (seen) => {
    for (const stage of Stage.exclude(working).options) expect(decide(stage, seen)).toBe('go-on');
  });
});

describe('an operation that a crash interrupted', () => {
  const container = { id: 'c1', operation: 'train' };

  it.each([
    ['starting', container, false, 'adopt'],
    ['starting', container, true, 'adopt'],
    ['starting', null, false, 'start'],
    ['starting', null, true, 'never-started'],
    ['running', container, false, 'adopt'],
    ['running', container, true, 'adopt'],
    ['running', null, false, 'gone'],
    ['running', null, true, 'gone'],
  ] as const)('%s, container %j, to be stopped %s: %s', (state, found, stopping, expected) => {
    expect(resume(state, found, stopping)).toBe(expected);
  });
});

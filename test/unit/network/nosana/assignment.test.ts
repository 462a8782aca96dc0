import { describe, expect, it } from 'vitest';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import {
  encodeJob,
  encodeRun,
  JOB_STATE,
  type JobAccount,
  type RunAccount,
} from '../../../../app/network/nosana/accounts.ts';
import { judgeAssignment, readAssignment } from '../../../../app/network/nosana/assignment.ts';
import { cidOfDigest } from '../../../../app/network/nosana/cid.ts';
import { paymentOf } from '../../../../app/network/nosana/payment.ts';
import type { Offer } from '../../../../app/jobs/ports.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const make = createGenerator(1);
const me = make.address();
const somebody = make.address();
const result = make.bytes(32);

describe('what the accounts say of a run', () => {
  it("the run names us: assigned, with the job's present timeout", () => {
    expect(judgeAssignment(me, run(), job({ timeoutSeconds: 7200n }))).toEqual({
      state: 'assigned',
      timeoutSeconds: 7200,
    });
  });

  it('no run, job done by us, no result: the poster ended it, and we were paid', () => {
    expect(judgeAssignment(me, null, done({ ipfsResult: new Uint8Array(32) }))).toEqual({
      state: 'ended-by-client',
      resultSet: false,
      paidSeconds: 600,
      payoutBaseUnits: 28_800n,
      refundBaseUnits: 144_000n,
      endedAt: 1_700_000_600_000,
    });
  });

  it('no run, job done by us, with a result: settled', () => {
    expect(judgeAssignment(me, null, done({}))).toMatchObject({
      state: 'settled',
      resultCid: cidOfDigest(result),
      payoutBaseUnits: 28_800n,
    });
  });

  it.each([
    ['somebody else did the job', null, done({ node: somebody })],
    ['the job was given up', null, job({ state: JOB_STATE.stopped })],
    ['an admin closed the run', null, job({ state: JOB_STATE.queued })],
    ['the job was cleaned away', null, null],
    ["the run is somebody else's", run({ node: somebody }), job({})],
  ])('%s: gone', (_name, runAccount, jobAccount) => {
    expect(judgeAssignment(me, runAccount, jobAccount)).toEqual({ state: 'gone' });
  });
});

describe('a server that fails', () => {
  const offer = { run: make.address(), job: make.address() } as const;

  it('leaves the assignment unknown, with the reason', async () => {
    const rpc = answering(() => Promise.reject(new OffpeakError('network.rpc-timed-out')));
    expect(await readAssignment(rpc, me, { ...anOffer(), ...offer })).toMatchObject({
      state: 'unknown',
      problem: { code: 'network.rpc-timed-out' },
    });
  });

  it('or sends bytes nobody can read', async () => {
    const account = { address: offer.run, owner: me, lamports: 1n, data: new Uint8Array(9) };
    const rpc = answering(() => Promise.resolve([account, account]));
    expect(await readAssignment(rpc, me, { ...anOffer(), ...offer })).toMatchObject({
      state: 'unknown',
      problem: { code: 'network.account-malformed' },
    });
  });

  it('while readable bytes are read', async () => {
    const accounts = [encodeRun(run()), encodeJob(job({}))].map((data) => ({
      address: me,
      owner: me,
      lamports: 1n,
      data,
    }));
    const rpc = answering(() => Promise.resolve(accounts));
    expect(await readAssignment(rpc, me, anOffer())).toMatchObject({ state: 'assigned' });
  });

  it('finds nothing at all, and another one finds the run: it is not gone', async () => {
    const nothing = () => Promise.resolve([null, null]);
    const both = () =>
      Promise.resolve([accountOf(encodeRun(run())), accountOf(encodeJob(job({})))]);
    const rpc = answering(nothing, both);
    expect(await readAssignment(rpc, me, anOffer())).toMatchObject({ state: 'assigned' });
  });

  it('finds nothing, and so does the other one: gone', async () => {
    const nothing = () => Promise.resolve([null, null]);
    expect(await readAssignment(answering(nothing, nothing), me, anOffer())).toEqual({
      state: 'gone',
    });
  });

  it('needs no second opinion where the job itself tells why there is no run', async () => {
    const stopped = accountOf(encodeJob(job({ state: JOB_STATE.stopped })));
    const rpc = answering(() => Promise.resolve([null, stopped]));
    expect(await readAssignment(rpc, me, anOffer())).toEqual({ state: 'gone' });
  });
});

describe('payment', () => {
  it.each([
    ['the seconds used', 600n, { paidSeconds: 600, payoutBaseUnits: 28_800n }],
    ['nothing for no time', 0n, { paidSeconds: 0, payoutBaseUnits: 0n }],
    ['all of it at the timeout', 3600n, { paidSeconds: 3600, payoutBaseUnits: 172_800n }],
    ['no more after the timeout', 9999n, { paidSeconds: 3600, payoutBaseUnits: 172_800n }],
  ])('%s; the rest goes back', (_name, used, expected) => {
    const payment = paymentOf(done({ timeEndSeconds: 1_700_000_000n + used }));
    expect(payment).toMatchObject(expected);
    expect(payment.payoutBaseUnits + payment.refundBaseUnits).toBe(172_800n);
  });

  it('is exact beyond the numbers a float can hold', () => {
    const price = 2n ** 60n + 1n;
    const { payoutBaseUnits } = paymentOf(done({ price, timeEndSeconds: 1_700_000_003n }));
    expect(payoutBaseUnits).toBe(3n * price);
  });
});

type Answer = () => Promise<(ChainAccount | null)[]>;

/** A chain, and what another server of it says where it is asked. */
function answering(getAccounts: Answer, elsewhere?: Answer) {
  const unasked = () => {
    throw new Error('nobody else should be asked');
  };
  return {
    getAccounts,
    elsewhere: {
      getAccounts: elsewhere ?? unasked,
      getProgramAccounts: unasked,
      getTokenAccounts: unasked,
    },
  };
}

function accountOf(data: Uint8Array): ChainAccount {
  return { address: me, owner: me, lamports: 1n, data };
}

function run(changes: Partial<RunAccount> = {}): RunAccount {
  return { job: somebody, node: me, payer: somebody, state: 0, timeSeconds: 1n, ...changes };
}

function job(changes: Partial<JobAccount>): JobAccount {
  return {
    ipfsJob: result,
    ipfsResult: new Uint8Array(32),
    market: somebody,
    node: SYSTEM_PROGRAM,
    payer: somebody,
    price: 48n,
    project: somebody,
    state: JOB_STATE.queued,
    timeEndSeconds: 0n,
    timeStartSeconds: 0n,
    timeoutSeconds: 3600n,
    ...changes,
  };
}

function done(changes: Partial<JobAccount>): JobAccount {
  return job({
    node: me,
    state: JOB_STATE.done,
    ipfsResult: result,
    timeStartSeconds: 1_700_000_000n,
    timeEndSeconds: 1_700_000_600n,
    ...changes,
  });
}

function anOffer(): Offer {
  return {
    run: somebody,
    job: somebody,
    market: somebody,
    poster: somebody,
    definitionCid: '',
    pricePerSecond: 48n,
    timeoutSeconds: 3600,
    assignedAt: 0,
  };
}

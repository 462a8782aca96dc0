import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AdmissionState } from '../../../app/contract/admission.ts';
import { Membership } from '../../../app/lending/membership.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import { oneOperation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { CardNetwork, problemOf } from '../../fakes/lending/card-network.ts';
import { SOMEWHERE } from '../../fakes/lending/fake-provider.ts';
import type { FakeSession } from '../../fakes/lending/fake-session.ts';
import { ScriptedFlow } from '../../fakes/lending/scripted-flow.ts';
import { FakeNetwork } from '../../fakes/network/fake-network.ts';

// The files of one worker share their modules: what sleeps is loaded anew, for this file alone.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

const MARKET = 'MarketOfAll';
const away = problemOf('network.rpc-unreachable');
let events: string[];
let offers: Offer[];
let network: CardNetwork;
let membership: Membership;
let isWanted: boolean;
let isBusy: boolean;

beforeEach(() => {
  stopTime();
  [events, offers, isWanted, isBusy] = [[], [], true, false];
  const jobs = new FakeNetwork({ now: () => Date.now() });
  network = new CardNetwork(jobs, (event) => events.push(event));
  membership = new Membership({
    network,
    market: MARKET,
    wants: () => isWanted,
    isBusy: () => isBusy,
    onOffer: (offer) => offers.push(offer),
    onChange: () => queueMicrotask(() => membership.check()),
    log: () => undefined,
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await membership.leave({ queue: false });
  vi.useRealTimers();
});

const sessionOf = (market = MARKET): FakeSession => network.session(market);

async function untilQueued(market = MARKET): Promise<void> {
  await until(() => sessionOf(market).isQueued);
}

function admittedTo(market: string): AdmissionState {
  return { step: 'admitted', market, name: null, report: null, stale: false };
}

describe('reaching the network', () => {
  it('says how far it is', async () => {
    expect(membership.connection).toBe('connecting');
    await membership.connect(SOMEWHERE, null);
    expect(membership.connection).toBe('connected');
    membership.disconnect(away);
    expect(membership.connection).toEqual(away);
  });

  it('is tried every three seconds until it works, and the reason is told meanwhile', async () => {
    network.trouble = 'network.rpc-unreachable';
    const connected = membership.connect(SOMEWHERE, null);
    await pass(7_000);
    expect(network.connects).toBe(3);
    expect(membership.connection).toEqual(away);
    expect(sessionOf().isQueued).toBe(false);
    network.trouble = null;
    await pass(3_000);
    await connected;
    expect(membership.connection).toBe('connected');
    await untilQueued();
  });

  it('is no longer tried at an old address once a newer one is known', async () => {
    network.trouble = 'network.rpc-unreachable';
    const old = membership.connect(SOMEWHERE, null);
    await until(() => network.connects === 1);
    network.trouble = null;
    await membership.connect(SOMEWHERE, null);
    await pass(10_000);
    await old;
    expect(network.connects).toBe(2);
    expect(membership.connection).toBe('connected');
  });

  it('is no longer tried after the end', async () => {
    network.trouble = 'network.rpc-unreachable';
    void membership.connect(SOMEWHERE, null);
    await until(() => network.connects === 1);
    await membership.leave({ queue: true });
    await pass(10_000);
    expect(network.connects).toBe(1);
  });
});

describe('the queue of the market', () => {
  it('is joined once, and left when the owner takes the card', async () => {
    await membership.connect(SOMEWHERE, null);
    await untilQueued();
    expect(membership.market).toMatchObject({ address: MARKET, position: 1 });
    isWanted = false;
    membership.check();
    await until(() => !sessionOf().isQueued);
    expect(events).toEqual(['join', 'leave', 'left']);
  });

  it('is not joined while a job is in hand', async () => {
    isBusy = true;
    await membership.connect(SOMEWHERE, null);
    await pass(5_000);
    expect(events).toEqual([]);
    isBusy = false;
    membership.check();
    await untilQueued();
  });

  it('brings a job', async () => {
    await membership.connect(SOMEWHERE, null);
    await untilQueued();
    const offer = network.jobs.assign(oneOperation());
    isBusy = true;
    sessionOf().offer(offer);
    expect(offers).toEqual([offer]);
  });

  it('is unknown while the network is away, and joined again when it is back', async () => {
    await membership.connect(SOMEWHERE, null);
    await untilQueued();
    membership.disconnect(away);
    expect(membership.market).toBeNull();
    await membership.connect(SOMEWHERE, null);
    expect(membership.market).toMatchObject({ position: 1 });
    expect(events, 'its place was kept').toEqual(['join']);
  });

  it('says why it could not be joined, until it could', async () => {
    const broke = problemOf('network.no-sol');
    sessionOf().joinProblem = broke;
    await membership.connect(SOMEWHERE, null);
    await until(() => membership.joinProblem !== null);
    expect(membership.joinProblem).toEqual(broke);
    sessionOf().joinProblem = null;
    membership.retryNow();
    await untilQueued();
    await until(() => membership.joinProblem === null);
  });

  it('that cannot be read is told, until it can', async () => {
    await membership.connect(SOMEWHERE, null);
    sessionOf().report(away);
    expect(membership.connection).toEqual(away);
    sessionOf().report(null);
    expect(membership.connection).toBe('connected');
  });
});

describe('where a host manager admits', () => {
  it('no queue is joined before it did, and then that of its market', async () => {
    const flow = new ScriptedFlow();
    await membership.connect(SOMEWHERE, flow);
    await pass(5_000);
    expect([flow.attempts, events]).toEqual([1, []]);
    expect(membership.admission).toEqual({ step: 'unknown' });
    flow.end(admittedTo('MarketA'));
    await untilQueued('MarketA');
    expect(sessionOf().isWatched, 'the market of nobody').toBe(false);
  });

  it('the queue of the former market is left when it names another', async () => {
    const flow = new ScriptedFlow();
    await membership.connect(SOMEWHERE, flow);
    flow.end(admittedTo('MarketA'));
    await untilQueued('MarketA');
    flow.show(admittedTo('MarketB'));
    await untilQueued('MarketB');
    expect(sessionOf('MarketA')).toMatchObject({ isQueued: false, isWatched: false });
    expect(membership.market?.address).toBe('MarketB');
  });

  it('the queue is left when it admits this host no more', async () => {
    const flow = new ScriptedFlow();
    await membership.connect(SOMEWHERE, flow);
    flow.end(admittedTo('MarketA'));
    await untilQueued('MarketA');
    flow.show({ step: 'banned' });
    await until(() => !sessionOf('MarketA').isQueued);
    expect(membership.admission).toEqual({ step: 'banned' });
  });

  it('nobody asks to be admitted while a job is in hand', async () => {
    isBusy = true;
    const flow = new ScriptedFlow();
    await membership.connect(SOMEWHERE, flow);
    membership.check();
    expect(flow.attempts).toBe(0);
  });
});

describe('the end of it', () => {
  it('leaves the queue where that is wanted, and joins no more', async () => {
    await membership.connect(SOMEWHERE, null);
    await untilQueued();
    await membership.leave({ queue: true });
    expect(sessionOf().isQueued).toBe(false);
    membership.retryNow();
    await pass(120_000);
    expect(events).toEqual(['join', 'leave', 'left']);
  });

  it('leaves the place in the queue as it is where that is wanted', async () => {
    await membership.connect(SOMEWHERE, null);
    await untilQueued();
    await membership.leave({ queue: false });
    expect(events).toEqual(['join']);
    membership.disconnectForGood();
    expect(sessionOf()).toMatchObject({ isQueued: true, isWatched: false });
    expect(network.genesis).toBeNull();
  });

  it('breaks off the way to a market, also a benchmark', async () => {
    const flow = new ScriptedFlow();
    await membership.connect(SOMEWHERE, flow);
    flow.show({ step: 'benchmarking', id: 'b', round: 1 });
    await membership.leave({ queue: true });
    expect(flow.signal?.aborted).toBe(true);
    expect(flow.isStopped).toBe(true);
  });

  it('is not kept waiting by a join to which no server answers', async () => {
    sessionOf().joining = 'never';
    await membership.connect(SOMEWHERE, null);
    await until(() => events.includes('join'));
    const deadline = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    let isOver = false;
    const left = membership.leave({ queue: false }).then(() => (isOver = true));
    await until(() => true);
    expect(isOver).toBe(false);
    deadline.abort();
    await left;
    sessionOf().let();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import { AdmissionState } from '../../../../app/contract/admission.ts';
import type { Fault } from '../../../../app/network/stand-ins/faults.ts';
import { refusedKey, ScriptedNetwork } from '../../../fakes/host-manager/scripted-network.ts';

let network = new ScriptedNetwork();
beforeEach(async () => {
  network = await new ScriptedNetwork().start();
});
afterEach(() => network.stop());

const fail = (route: string, fault: Fault, times?: number): void =>
  network.faults.set({ route, fault, ...(times === undefined ? {} : { times }) });
const MARKET = 'GET /nodes/request-market';

describe('a new host', () => {
  it('registers, runs what it is asked to, gets its key, and is in a market', async () => {
    const host = network.host();
    const state = await host.admit();
    expect(state).toEqual({
      step: 'admitted',
      market: network.market,
      name: null,
      report: null,
      stale: false,
    });
    expect(host.steps).toEqual([
      'asking',
      'registering',
      'asking',
      'benchmarking',
      'asking',
      'benchmarking',
      'asking',
      'access-key',
      'syncing',
      'admitted',
    ]);
    expect(network.submitted).toEqual(['one', 'two']);
    expect(network.synced).toBe(1);
    expect(network.ran[0]).toContain(`"authorization":"${network.signer.address}:`);
    expect(host.beats.started).toBeGreaterThan(0);
    expect(AdmissionState.parse(state)).toEqual(state);
  });

  it('counts the benchmarks for whoever looks on', async () => {
    const host = network.host();
    const seen: unknown[] = [];
    host.admission.onChange(() => {
      if (host.admission.state.step === 'benchmarking') seen.push(host.admission.state);
    });
    await host.admit();
    expect(seen).toEqual([
      { step: 'benchmarking', id: 'one', round: 1 },
      { step: 'benchmarking', id: 'two', round: 2 },
    ]);
  });

  it('without an e-mail address waits for its owner, and says to nobody that it lives', async () => {
    const host = network.host({ contact: () => null });
    expect(await host.admit()).toEqual({ step: 'needs-contact' });
    expect(network.registrations).toEqual([]);
    expect(host.beats.started).toBe(0);
  });

  it('that is not taken, though it registered, does not register for ever', async () => {
    fail(MARKET, { kind: 'altered', body: '' });
    const host = network.host({
      contact: () => ({ email: 'a@b.c', discord: null, twitter: null }),
    });
    expect(await host.admit()).toMatchObject({ step: 'failed' });
    network.faults.lift();
    Object.defineProperty(network, 'isRegistered', { get: () => false, set: () => undefined });
    expect(await network.host().admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.host-manager-refused' },
      nextAttemptAt: null,
    });
    expect(network.registrations).toHaveLength(1);
  });
});

describe('the decision of the network', () => {
  beforeEach(() => {
    network.isRegistered = true;
    network.benchmarks = [];
  });

  it('that this computer does not qualify comes with the report and the time of the next test', async () => {
    network.verdict = {
      market: { address: null },
      nextTestAt: '2026-11-27T00:00:00Z',
      feedbackReport: {
        marketAddress: network.market,
        marketName: 'RTX 4090',
        passed: false,
        metrics: [
          {
            metricKey: 'download_speed_mb',
            measuredValue: 40,
            ruleDescription: 'at least 100',
            passed: false,
            failureMessage: 'Your connection is too slow.',
          },
        ],
      },
    };
    expect(await network.host().admit()).toEqual({
      step: 'not-qualified',
      nextTestAt: Date.UTC(2026, 10, 27),
      report: {
        market: 'RTX 4090',
        passed: false,
        metrics: [
          {
            name: 'download_speed_mb',
            measured: '40',
            rule: 'at least 100',
            passed: false,
            failure: 'Your connection is too slow.',
          },
        ],
      },
    });
  });

  it('may be a ban, and the market of before is forgotten with it', async () => {
    await network.host().admit();
    network.verdict = { status: 'REJECTED' };
    expect(await network.host().admit()).toEqual({ step: 'banned' });
    fail(MARKET, { kind: 'server-error' });
    expect(await network.host().admit()).toMatchObject({ step: 'failed' });
  });

  it('may be that this program is too old', async () => {
    network.minimumVersion = { version: '1.0.1' };
    expect(await network.host().admit()).toEqual({
      step: 'outdated',
      minimum: '1.0.1',
      own: '1.0.0',
    });
  });

  it.each(['nonsense', { other: 1 }, 7])(
    'counts also where nobody can say which version would do: %j',
    async (answer) => {
      network.minimumVersion = answer;
      expect(await network.host().admit()).toMatchObject({ step: 'admitted' });
    },
  );

  it('needs no transaction where the market lets everybody in, or the key is there', async () => {
    network.hasKey = true;
    const host = network.host();
    expect(await host.admit()).toMatchObject({ step: 'admitted' });
    expect(host.steps).not.toContain('access-key');
  });

  it('for another market than the one that the owner wants is not taken', async () => {
    const host = network.host({ wantedMarket: () => network.signer.address });
    expect(await host.admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.host-manager-mismatch' },
    });
  });
});

describe('what goes wrong on the way', () => {
  it('is shown with the time of the next attempt, later each time', async () => {
    fail(MARKET, { kind: 'server-error' });
    const host = network.host();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const state = await host.admit();
      if (state.step !== 'failed') throw new Error(state.step);
      waits.push((state.nextAttemptAt ?? 0) - network.clock.now());
    }
    expect(waits.map((ms) => ms / 1_000)).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
    network.faults.lift();
    expect(await host.admit()).toMatchObject({ step: 'admitted' });
  });

  it('may be a benchmark that cannot be run here', async () => {
    network.run = () => Promise.reject(new OffpeakError('jobs.declined'));
    expect(await network.host().admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'jobs.declined' },
    });
    expect(network.submitted).toEqual([]);
  });

  it('may be benchmarks without end', async () => {
    Object.defineProperty(network, 'benchmarks', { get: () => ['again'], set: () => undefined });
    expect(await network.host().admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.too-many-benchmarks' },
    });
    expect(network.ran).toHaveLength(20);
  });

  it('may be a transaction that nobody should sign: then a person has to look', async () => {
    network.obtain = () => Promise.reject(refusedKey);
    expect(await network.host().admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.access-key-refused' },
      nextAttemptAt: null,
    });
    expect(network.synced).toBe(0);
  });

  it('may be a transaction that is too old: a fresh one is asked for, three times', async () => {
    let old = 2;
    network.obtain = () => {
      if (old-- > 0) return Promise.resolve('stale');
      network.hasKey = true;
      return Promise.resolve('held');
    };
    expect(await network.host().admit()).toMatchObject({ step: 'admitted' });
    network.hasKey = false;
    network.obtain = () => Promise.resolve('stale');
    expect(await network.host().admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.transaction-expired' },
    });
  });

  it.each([
    'GET /nodes/minimum-required-version',
    MARKET,
    'POST /nodes/register',
    'POST /benchmarks/:id/submit-results',
    'POST /nodes/sync-node',
  ])('may be maintenance, at any step: %s', async (route) => {
    fail(route, { kind: 'maintenance' }, 1);
    network.maintenance = {
      maintenance: true,
      expectedEndAt: '2026-11-26T00:00:00Z',
      reason: 'New disks',
    };
    const host = network.host();
    let looks = 0;
    host.admission.onChange(() => {
      if (host.admission.state.step !== 'maintenance') return;
      if (++looks < 8) return;
      expect(host.admission.state).toEqual({
        step: 'maintenance',
        until: Date.UTC(2026, 10, 26),
        reason: 'New disks',
      });
      network.maintenance = { maintenance: false };
    });
    expect(await host.admit()).toMatchObject({ step: 'admitted' });
    expect(host.steps).toContain('maintenance');
    const seconds = network.clock.sleeps.map((ms) => ms / 1_000);
    expect(seconds).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});

describe('a host that was admitted before', () => {
  const known = async (): Promise<void> => {
    await network.host().admit();
  };

  it.each<Fault>([
    { kind: 'dropped' },
    { kind: 'server-error' },
    { kind: 'wrong-json' },
    { kind: 'maintenance' },
    { kind: 'rate-limited', retryAfterSeconds: 3_600 },
  ])('goes on in its market while the host manager is away: $kind', async (fault) => {
    await known();
    fail('*', fault);
    const host = network.host();
    expect(await host.admit()).toMatchObject({
      step: 'admitted',
      market: network.market,
      stale: true,
    });
    expect(host.beats.started).toBe(1);
  });

  it('does not where the owner wants another market now', async () => {
    await known();
    fail('*', { kind: 'server-error' });
    const host = network.host({ wantedMarket: () => network.signer.address });
    expect(await host.admit()).toMatchObject({ step: 'failed' });
  });

  it('hears how it stands once the host manager is back', async () => {
    await known();
    fail('*', { kind: 'server-error' });
    const stale = async () => {
      fail('*', { kind: 'server-error' });
      const host = network.host();
      await host.admit();
      network.faults.lift();
      return host.admission;
    };
    const node = { nodeAddress: network.signer.address, status: 'ONBOARDED' };
    network.node = { ...node, marketAddress: network.market };
    const same = await stale();
    await same.refresh();
    expect(same.state).toMatchObject({ step: 'admitted', stale: false });
    network.node = { ...node, marketAddress: network.signer.address };
    const moved = await stale();
    await moved.refresh();
    expect(moved.state).toEqual({ step: 'unknown' });
    network.node = { ...node, status: 'REJECTED' };
    const banned = await stale();
    await banned.refresh();
    expect(banned.state).toEqual({ step: 'banned' });
  });
});

describe('an end in the middle', () => {
  it.each(['asking', 'registering', 'benchmarking', 'access-key', 'syncing'] as const)(
    'does no harm: %s',
    async (step) => {
      const first = network.host().abortAt(step);
      expect(await first.admit()).toEqual({ step: 'unknown' });
      const second = network.host();
      expect(await second.admit()).toMatchObject({ step: 'admitted' });
      expect(network.registrations.length).toBeLessThanOrEqual(2);
      expect(network.benchmarks).toEqual([]);
    },
  );

  it('stops a benchmark that is running', async () => {
    const takeBack = new AbortController();
    network.run = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
        takeBack.abort();
      });
    const { admission } = network.host();
    expect(await admission.admit(takeBack.signal)).toEqual({ step: 'unknown' });
    expect(network.ran).toHaveLength(1);
    expect(network.submitted).toEqual([]);
  });

  it('for good ends also the heartbeats', async () => {
    const host = network.host();
    await host.admit();
    host.admission.stop();
    expect(host.beats.started).toBe(0);
    expect(await host.admit()).toEqual({ step: 'unknown' });
  });
});

describe('two attempts at a time', () => {
  it('are one', async () => {
    const host = network.host();
    const [one, other] = await Promise.all([host.admit(), host.admit()]);
    expect(one).toBe(other);
    expect(network.submitted).toEqual(['one', 'two']);
  });
});

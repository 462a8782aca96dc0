import { afterEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { ErrorCode, OffpeakError } from '../../../../app/contract/errors.ts';
import {
  encodeAuthorization,
  verifyAuthorization,
} from '../../../../app/network/nosana/authorization.ts';
import { HostManagerClient } from '../../../../app/network/host-manager/client.ts';
import { Faults, type Fault } from '../../../../app/network/stand-ins/faults.ts';
import {
  startStandIn,
  type StandInRequest,
  type StandInRoute,
  type StandInServer,
} from '../../../../app/network/stand-ins/server.ts';
import { QuickClock } from '../../../fakes/host-manager/quick-clock.ts';

const host = throwawaySigner();
const market = throwawaySigner().address;
const never = new AbortController().signal;
const faults = new Faults();
let server: StandInServer | null = null;
let clock = new QuickClock();

afterEach(async () => {
  faults.lift();
  await server?.close();
  server = null;
});

interface Heard {
  readonly client: HostManagerClient;
  readonly asked: StandInRequest[];
}

/** A server with one route that answers this, and the client that asks it. */
async function serving(route: string, reply: StandInRoute | object): Promise<Heard> {
  const asked: StandInRequest[] = [];
  clock = new QuickClock();
  server = await startStandIn({
    name: 'test',
    faults,
    routes: {
      [route]: (request) => {
        asked.push(request);
        return typeof reply === 'function' ? (reply as StandInRoute)(request) : { json: reply };
      },
    },
  });
  return { client: clientOf(server.url), asked };
}

function clientOf(baseUrl: string): HostManagerClient {
  return new HostManagerClient({
    baseUrl,
    address: host.address,
    authorize: (message) => encodeAuthorization(message, host, null),
    clock,
    deadlineMs: 300,
  });
}

const code = (wanted: ErrorCode) => expect.objectContaining({ code: wanted }) as OffpeakError;
const contact = { email: 'me@example.org', discord: null, twitter: 'x' };

describe('registering', () => {
  it('gives the e-mail address and what else the owner gave, signed with the own address', async () => {
    const answer = { status: 'registered', nodeAddress: host.address, more: 1 };
    const { client, asked } = await serving('POST /nodes/register', answer);
    await client.register(contact, never);
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ email: 'me@example.org', twitter: 'x' });
    const header = asked[0]?.headers.authorization ?? '';
    expect(verifyAuthorization(header, host.address)).toEqual({
      message: host.address,
      time: null,
    });
  });

  it('is not done where the answer is about somebody else', async () => {
    const answer = { status: 'registered', nodeAddress: throwawaySigner().address };
    const { client } = await serving('POST /nodes/register', answer);
    await expect(client.register(contact, never)).rejects.toThrow(
      code('network.host-manager-mismatch'),
    );
  });
});

describe('asking for a market', () => {
  const route = 'GET /nodes/request-market';

  it('says which one is wanted, where one is', async () => {
    const { client, asked } = await serving(route, { market: { address: market } });
    await client.requestMarket(market, never);
    await client.requestMarket(null, never);
    expect(asked.map(({ query }) => query.toString())).toEqual([`market=${market}`, '']);
  });

  it('reads a market with its transaction, a report and the time of the next test', async () => {
    const { client } = await serving(route, {
      status: 'ONBOARDED',
      market: { address: market, sftTx: 'AQID', soon: true },
      feedbackReport: {
        marketAddress: market,
        passed: true,
        metrics: [
          { metricKey: 'ram_mb', measuredValue: 32_000, ruleDescription: '≥ 12 GB', passed: true },
        ],
      },
      nextTestAt: '2026-11-26T00:00:00Z',
    });
    expect(await client.requestMarket(null, never)).toMatchObject({
      market: { address: market, sftTx: 'AQID' },
      feedbackReport: { passed: true, metrics: [{ metricKey: 'ram_mb', measuredValue: 32_000 }] },
      nextTestAt: Date.UTC(2026, 10, 26),
    });
  });

  it('that is not registered is no fault', async () => {
    const { client } = await serving(route, () => ({ status: 404, json: { message: 'NotFound' } }));
    expect(await client.requestMarket(null, never)).toBeNull();
  });

  it('does not take another market than the one asked for', async () => {
    const other = throwawaySigner().address;
    const { client } = await serving(route, { market: { address: other } });
    await expect(client.requestMarket(market, never)).rejects.toThrow(
      code('network.host-manager-mismatch'),
    );
  });

  it('takes control characters and endless lines out of what people will read', async () => {
    const { client } = await serving(route, {
      feedbackReport: {
        marketAddress: market,
        marketName: 'RTX\u001b[31m 4090\n',
        passed: false,
        metrics: [{ metricKey: 'm', ruleDescription: 'x'.repeat(9_000), passed: false }],
      },
    });
    const report = (await client.requestMarket(null, never))?.feedbackReport;
    expect(report?.marketName).toBe('RTX [31m 4090');
    expect(report?.metrics[0]?.ruleDescription).toHaveLength(300);
  });

  it.each([
    ['a market that is no address', { market: { address: 'nonsense' } }],
    ['a report without metrics', { feedbackReport: { marketAddress: market, passed: true } }],
    ['a list', []],
  ])('cannot read %s', async (_what, answer) => {
    const { client } = await serving(route, answer);
    await expect(client.requestMarket(null, never)).rejects.toThrow(
      code('network.host-manager-unreadable'),
    );
  });
});

describe('the other routes', () => {
  it('submit the result of a benchmark under its name', async () => {
    const { client, asked } = await serving('POST /benchmarks/:id/submit-results', {
      status: 'success',
    });
    await client.submitResults('a/b', { status: 'success', opStates: [] }, never);
    expect(asked[0]?.params['id']).toBe('a/b');
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ status: 'success', opStates: [] });
  });

  it('name this host when the chain is to be looked at', async () => {
    const { client, asked } = await serving('POST /nodes/sync-node', () => ({}));
    await client.syncNode(never);
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ address: host.address });
  });

  it('tell of this host, unless another is told of', async () => {
    const node = { nodeAddress: host.address, status: 'ONBOARDED', marketAddress: null };
    const { client } = await serving('GET /nodes/:id', node);
    expect(await client.node(never)).toMatchObject(node);
    node.nodeAddress = market;
    await expect(client.node(never)).rejects.toThrow(code('network.host-manager-mismatch'));
  });

  it('tell of the market asked for and of no other', async () => {
    const { client } = await serving('GET /markets/:id', { address: market, name: 'RTX 4090' });
    expect(await client.market(market, never)).toMatchObject({ name: 'RTX 4090' });
    await expect(client.market(host.address, never)).rejects.toThrow(
      code('network.host-manager-mismatch'),
    );
  });

  it('list the markets, also where they come in an envelope', async () => {
    const list = [{ address: market, type: 'PREMIUM' }];
    const { client } = await serving('GET /markets/', list);
    expect(await client.markets(never)).toMatchObject(list);
    await server?.close();
    const inEnvelope = await serving('GET /markets/', { markets: list });
    expect(await inEnvelope.client.markets(never)).toMatchObject(list);
  });

  it('read what a market wants kept at hand', async () => {
    const { client } = await serving('GET /markets/:id/required-resources', {
      required_images: ['a/b:1'],
      required_remote_resources: [{ type: 'Ollama', model: 'm' }],
    });
    expect((await client.requiredResources(market, never)).required_images).toEqual(['a/b:1']);
  });

  it('read the rules of a market, and refuse those of another', async () => {
    const rules = [{ marketAddress: market, thresholdId: 1, jsonLogic: { '>=': [1, 2] } }];
    const { client, asked } = await serving('GET /benchmarks/market-thresholds', rules);
    expect(await client.thresholds(market, never)).toEqual(rules);
    expect(asked[0]?.query.get('marketAddress')).toBe(market);
    await expect(client.thresholds(host.address, never)).rejects.toThrow(
      code('network.host-manager-mismatch'),
    );
  });

  it.each(['1.2.3', { version: '1.2.3' }, { minimumVersion: '1.2.3' }, { value: '1.2.3' }])(
    'find the minimum version in %j',
    async (answer) => {
      const { client } = await serving('GET /nodes/minimum-required-version', () => ({
        json: answer,
      }));
      expect(await client.minimumVersion(never)).toBe('1.2.3');
    },
  );

  it('read rewards in base units, to the last digit', async () => {
    const { client } = await serving('GET /nodes/:id/rewards', {
      claimableUptimeNosRewards: 12.3456789,
      totalClaimedUptimeNosRewards: 0.1,
    });
    expect(await client.rewards(never)).toEqual({
      claimableBaseUnits: 12_345_678n,
      claimedBaseUnits: 100_000n,
    });
  });

  it('claim rewards once, and never twice because an answer got lost', async () => {
    const { client, asked } = await serving('POST /nodes/payment', {
      success: true,
      message: 'Paid',
      claimableAmount: 5,
      transactionSignature: 'sig',
    });
    expect(await client.claimRewards(never)).toEqual({
      success: true,
      message: 'Paid',
      claimableBaseUnits: 5_000_000n,
      transaction: 'sig',
    });
    faults.set({ route: '*', fault: { kind: 'dropped' } });
    await expect(client.claimRewards(never)).rejects.toThrow(
      code('network.host-manager-unreachable'),
    );
    expect(asked).toHaveLength(1);
    expect(server?.requests).toHaveLength(2);
  });

  it('say whether there is maintenance, also with status 503', async () => {
    const { client } = await serving('GET /node-under-maintenance', () => ({
      status: 503,
      json: { maintenance: true, expectedEndAt: '2026-11-26T00:00:00Z', reason: 'New disks' },
    }));
    expect(await client.maintenance(never)).toEqual({
      active: true,
      until: Date.UTC(2026, 10, 26),
      reason: 'New disks',
    });
  });
});

describe('heartbeats', () => {
  const route = 'POST /nodes/heartbeat';

  it('come back as often as the number for a day says', async () => {
    const { client } = await serving(route, { success: true, maxHeartbeatsPerDay: 1_000 });
    expect(await client.heartbeat(never)).toBe(86_000);
  });

  it('come back when the words say, also where they are a refusal', async () => {
    const { client } = await serving(route, () => ({
      status: 429,
      json: { message: 'Too early, next heartbeat in 17 seconds' },
    }));
    expect(await client.heartbeat(never)).toBe(17_000);
  });

  it('leave it to this host where nothing is said', async () => {
    const { client } = await serving(route, { success: true });
    expect(await client.heartbeat(never)).toBeNull();
  });
});

describe('a host manager that fails', () => {
  const route = 'GET /rpc';
  const answer = { url: 'https://rpc.example/?token=secret' };
  const fail = (fault: Fault, times?: number) =>
    faults.set({ route, fault, ...(times === undefined ? {} : { times }) });

  it.each<[Fault['kind'], Fault]>([
    ['dropped', { kind: 'dropped' }],
    ['timeout', { kind: 'timeout' }],
    ['slow-body', { kind: 'slow-body', byteEveryMs: 60_000 }],
  ])('is asked six times, further and further apart (%s)', async (_kind, fault) => {
    const { client } = await serving(route, answer);
    fail(fault, 5);
    expect(await client.rpcUrl(never)).toBe(answer.url);
    expect(clock.sleeps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(server?.requests).toHaveLength(6);
  });

  it('is given up after the sixth time', async () => {
    const { client } = await serving(route, answer);
    fail({ kind: 'dropped' });
    await expect(client.rpcUrl(never)).rejects.toThrow(code('network.host-manager-unreachable'));
    expect(server?.requests).toHaveLength(6);
  });

  it('that is silent is told from one that is not there', async () => {
    const { client } = await serving('POST /nodes/heartbeat', {});
    faults.set({ route: '*', fault: { kind: 'timeout' } });
    await expect(client.heartbeat(never)).rejects.toThrow(code('network.host-manager-timed-out'));
  });

  it('is left alone as long as it asks to be', async () => {
    const { client } = await serving(route, answer);
    fail({ kind: 'rate-limited', retryAfterSeconds: 30 }, 1);
    expect(await client.rpcUrl(never)).toBe(answer.url);
    // One second of its own and the rest of the thirty.
    expect(clock.sleeps).toEqual([1_000, 29_000]);
  });

  it('that wants to be left alone for long is not asked again before, and the caller is told', async () => {
    const { client } = await serving(route, answer);
    fail({ kind: 'rate-limited', retryAfterSeconds: 3_600 }, 1);
    for (let i = 0; i < 3; i++) {
      await expect(client.rpcUrl(never)).rejects.toThrow(code('network.host-manager-rate-limited'));
    }
    expect(server?.requests).toHaveLength(1);
  });

  it.each<[ErrorCode, Fault]>([
    ['network.host-manager-maintenance', { kind: 'maintenance' }],
    ['network.host-manager-failed', { kind: 'server-error' }],
    ['network.host-manager-unreadable', { kind: 'wrong-json' }],
    ['network.host-manager-unreadable', { kind: 'altered', body: `"${'x'.repeat(3_000_000)}"` }],
  ])('is not asked again at once: %s', async (wanted, fault) => {
    const { client } = await serving(route, answer);
    fail(fault);
    await expect(client.rpcUrl(never)).rejects.toThrow(code(wanted));
    expect(server?.requests).toHaveLength(1);
  });

  it('that refuses us is named as such', async () => {
    const { client } = await serving(route, () => ({ status: 403, json: { message: 'no' } }));
    await expect(client.rpcUrl(never)).rejects.toThrow(code('network.host-manager-refused'));
  });

  it('is not followed elsewhere with our signature', async () => {
    const { client } = await serving(route, () => ({ status: 302, json: null }));
    await expect(client.rpcUrl(never)).rejects.toThrow(code('network.host-manager-refused'));
  });

  it('lets go at once when the asker does', async () => {
    const { client } = await serving(route, answer);
    fail({ kind: 'timeout' });
    const abort = new AbortController();
    const asking = client.rpcUrl(abort.signal);
    setTimeout(() => abort.abort(new Error('taken back')), 20);
    await expect(asking).rejects.toThrow('taken back');
  });

  it('never brings secrets into an error', async () => {
    const { client } = await serving(route, { url: 'token-of-somebody' });
    const error: unknown = await client.rpcUrl(never).catch((reason: unknown) => reason);
    const header = await encodeAuthorization(host.address, host, null);
    for (const text of [JSON.stringify(error), String(error), String((error as Error).cause)]) {
      expect(text).not.toContain('token-of-somebody');
      expect(text).not.toContain(header.split(':')[1]);
    }
  });

  it('with an address that is none of the web is told apart', () => {
    expect(() => clientOf('ftp://host-manager')).toThrow(code('network.host-manager-unreachable'));
  });
});

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { verifyAuthorization } from '../nosana/authorization.ts';
import { Faults } from './faults.ts';
import { type HostEntry, HostRegister } from './host-register.ts';
import type { KeyMint } from './key-mint.ts';
import {
  parseJson,
  startStandIn,
  type StandInReply,
  type StandInRequest,
  type StandInRoute,
  type StandInServer,
} from './server.ts';

/*
 * A stand-in for Nosana's host manager, second generation, as nosana-host-protocol.md (1.4, 3.2,
 * 6.3) and the OpenAPI types of nosana-node describe it. It lets in whoever runs one short benchmark
 * with success; the key it gives comes from the local chain.
 */

export interface HostManagerOptions {
  /** Where it remembers its hosts. */
  readonly file: string;
  readonly market: { readonly address: string; readonly name: string };
  /** What it asks a host to run: a job definition. */
  readonly benchmark: object;
  readonly keyMint: KeyMint;
  /** Gives a host that registers what it needs to begin. */
  readonly equip: (host: string) => void | Promise<void>;
  /** What `/rpc` answers. */
  readonly rpcUrl: string;
  readonly faults?: Faults;
  readonly controls?: boolean;
}

/** A running host manager. */
export interface HostManagerStandIn extends StandInServer {
  readonly faults: Faults;
  /** Sends other transactions than the good ones, made from the host's address; null: good ones. */
  forge(transaction: ((host: string, good: string | null) => string | null) | null): void;
  /** Bans a host, as the network's admins can at any time. */
  ban(host: string): void;
}

/** A benchmark that takes longer does not pass. */
const LONGEST_SECONDS = 300;
/** A host that did not pass may try again so much later; days on the real network. */
const RETEST_MS = 60_000;
/** One heartbeat in 30 seconds. */
const HEARTBEATS_PER_DAY = 2_880;
/** What a heartbeat earns here. NOS. */
const NOS_PER_HEARTBEAT = 0.0001;

const Registration = z.object({
  email: z.email(),
  discord: z.string().optional(),
  twitter: z.string().optional(),
});
const Result = z.object({ status: z.string(), startTime: z.number(), endTime: z.number() });

/** Starts it on a free port of this computer. */
export async function startHostManager(options: HostManagerOptions): Promise<HostManagerStandIn> {
  const faults = options.faults ?? new Faults();
  const desk = new Desk(options, faults);
  const server = await startStandIn({
    name: 'Nosana host manager',
    routes: desk.routes(),
    faults,
    controls: options.controls === true,
    maxBodyBytes: 16 * 1024 * 1024,
  });
  return {
    ...server,
    faults,
    forge: (transaction) => {
      desk.forged = transaction;
    },
    ban: (host) => desk.ban(host),
  };
}

const UNAUTHORIZED: StandInReply = { status: 401, json: { message: 'Unauthorized' } };
const NOT_FOUND: StandInReply = { status: 404, json: { message: 'Node not found' } };

class Desk {
  forged: Parameters<HostManagerStandIn['forge']>[0] = null;
  readonly #options: HostManagerOptions;
  readonly #faults: Faults;
  readonly #hosts: HostRegister;

  constructor(options: HostManagerOptions, faults: Faults) {
    this.#options = options;
    this.#faults = faults;
    this.#hosts = new HostRegister(options.file);
  }

  ban(host: string): void {
    const entry = this.#hosts.get(host);
    if (entry !== null) this.#hosts.put(host, { ...entry, status: 'REJECTED' });
  }

  routes(): Record<string, StandInRoute> {
    const { market } = this.#options;
    const info = { address: market.address, name: market.name, slug: 'practice', type: 'OTHER' };
    const required = { required_images: [], required_remote_resources: [] };
    const isKnown = (params: StandInRequest['params']) => params['id'] === market.address;
    return {
      'POST /nodes/register': signed((host, request) => this.#register(host, request.body)),
      'GET /nodes/request-market': signed((host, { query }) => this.#request(host, query)),
      'POST /benchmarks/:id/submit-results': signed((host, { params, body }) =>
        this.#submit(host, params['id'] ?? '', body),
      ),
      'POST /nodes/sync-node': signed((host) => this.#change(host, { synced: true })),
      'POST /nodes/heartbeat': signed((host) => this.#heartbeat(host)),
      'POST /nodes/payment': signed((host) => this.#payment(host)),
      'GET /rpc': signed(() => ({ json: { url: this.#options.rpcUrl } })),
      'GET /nodes/minimum-required-version': () => ({ json: { version: '0.0.1' } }),
      'GET /nodes/heartbeats/uptime/:id': ({ params }) => this.#uptime(params['id'] ?? ''),
      'GET /nodes/:id/rewards': ({ params }) => this.#rewards(params['id'] ?? ''),
      'GET /nodes/:id/info': ({ params }) => this.#node(params['id'] ?? ''),
      'GET /nodes/:id': ({ params }) => this.#node(params['id'] ?? ''),
      'GET /markets/': () => ({ json: [info] }),
      'GET /markets/:id/required-resources': ({ params }) =>
        isKnown(params) ? { json: required } : NOT_FOUND,
      'GET /markets/:id': ({ params }) => (isKnown(params) ? { json: info } : NOT_FOUND),
      'GET /benchmarks/market-thresholds': signed(() => ({ json: this.#thresholds() })),
      'GET /node-under-maintenance': () => this.#maintenance(),
    };
  }

  async #register(host: string, body: Buffer): Promise<StandInReply> {
    const contact = Registration.safeParse(parseJson(body));
    if (!contact.success) return { status: 422, json: { message: 'an e-mail address is missing' } };
    const known = this.#hosts.get(host);
    if (known === null) {
      this.#hosts.put(host, {
        email: contact.data.email,
        status: 'ONBOARDED',
        benchmark: freshBenchmark(),
        nextTestAt: null,
        synced: false,
        heartbeats: {},
      });
    }
    await this.#options.equip(host);
    return { json: { status: 'registered', nodeAddress: host } };
  }

  async #request(host: string, query: URLSearchParams): Promise<StandInReply> {
    const { market, benchmark, keyMint } = this.#options;
    const entry = this.#hosts.get(host);
    if (entry === null) return NOT_FOUND;
    const { status } = entry;
    if (status === 'REJECTED') return { json: { status } };
    const wanted = query.get('market') ?? market.address;
    const report = entry.benchmark.seconds === null ? {} : { feedbackReport: this.#report(entry) };
    if (wanted !== market.address) return { json: { status, market: { address: null } } };
    if (entry.nextTestAt !== null && entry.nextTestAt > Date.now()) {
      const nextTestAt = new Date(entry.nextTestAt).toISOString();
      return { json: { status, market: { address: null }, nextTestAt, ...report } };
    }
    if (!entry.benchmark.passed) {
      const asked = entry.benchmark.seconds === null ? entry.benchmark : freshBenchmark();
      this.#hosts.put(host, { ...entry, benchmark: asked, nextTestAt: null });
      const jobDefinition = { id: asked.id, ...benchmark };
      return { json: { status, benchmarkId: asked.id, jobDefinition } };
    }
    const good = await keyMint(host);
    const sftTx = this.forged === null ? good : this.forged(host, good);
    const key = sftTx === null ? {} : { sftTx };
    return { json: { status, market: { address: market.address, ...key }, ...report } };
  }

  #submit(host: string, id: string, body: Buffer): StandInReply {
    const entry = this.#hosts.get(host);
    if (entry?.benchmark.id !== id) return NOT_FOUND;
    const result = Result.safeParse(parseJson(body));
    if (!result.success) return { status: 422, json: { message: 'not a result' } };
    const { status, startTime, endTime } = result.data;
    const seconds = Math.max(0, (endTime - startTime) / 1000);
    const passed = status === 'success' && seconds <= LONGEST_SECONDS;
    const judged: HostEntry = {
      ...entry,
      benchmark: { id, seconds, passed },
      nextTestAt: passed ? null : Date.now() + RETEST_MS,
    };
    this.#hosts.put(host, judged);
    return { json: { status: passed ? 'success' : 'failed', report: this.#report(judged) } };
  }

  #report({ benchmark: { seconds, passed } }: HostEntry): object {
    const { address, name } = this.#options.market;
    const rule = `The practice benchmark succeeds within ${LONGEST_SECONDS} seconds.`;
    const metric = {
      metricKey: 'benchmark_seconds',
      measuredValue: seconds ?? 0,
      ruleDescription: rule,
      passed,
      ...(passed ? {} : { failureMessage: 'The practice benchmark did not succeed in time.' }),
    };
    return { marketAddress: address, marketName: name, passed, metrics: [metric] };
  }

  #change(host: string, change: Partial<HostEntry>): StandInReply {
    const entry = this.#hosts.get(host);
    if (entry === null) return NOT_FOUND;
    this.#hosts.put(host, { ...entry, ...change });
    return { json: { nodeAddress: host } };
  }

  #heartbeat(host: string): StandInReply {
    const day = new Date().toISOString().slice(0, 10);
    const before = this.#hosts.get(host)?.heartbeats ?? {};
    const heartbeats = { ...before, [day]: (before[day] ?? 0) + 1 };
    const reply = this.#change(host, { heartbeats });
    if (reply.status !== undefined) return reply;
    return { json: { success: true, maxHeartbeatsPerDay: HEARTBEATS_PER_DAY } };
  }

  #uptime(host: string): StandInReply {
    const days = Object.entries(this.#hosts.get(host)?.heartbeats ?? {});
    const json = days.map(([day, beats]) => ({
      dayStart: `${day}T00:00:00.000Z`,
      uptimePercentage: Math.min(100, (beats / HEARTBEATS_PER_DAY) * 100),
    }));
    return { json };
  }

  #claimable(host: string): number {
    const beats = Object.values(this.#hosts.get(host)?.heartbeats ?? {});
    return beats.reduce((sum, count) => sum + count, 0) * NOS_PER_HEARTBEAT;
  }

  #rewards(host: string): StandInReply {
    if (this.#hosts.get(host) === null) return NOT_FOUND;
    const claimableUptimeNosRewards = this.#claimable(host);
    const claimed = { totalClaimedUptimeNosRewards: 0, totalClaimedUptimeUsdRewards: 0 };
    return { json: { claimableUptimeNosRewards, claimableUptimeUsdRewards: 0, ...claimed } };
  }

  /** It counts rewards and owns nothing to pay them from, and says so. */
  #payment(host: string): StandInReply {
    if (this.#hosts.get(host) === null) return NOT_FOUND;
    const message = 'The practice network counts uptime rewards, but does not pay them.';
    return { json: { success: false, message, claimableAmount: this.#claimable(host) } };
  }

  #node(host: string): StandInReply {
    const entry = this.#hosts.get(host);
    if (entry === null) return NOT_FOUND;
    const { status, benchmark } = entry;
    const marketAddress = benchmark.passed ? this.#options.market.address : null;
    return { json: { nodeAddress: host, status, marketAddress } };
  }

  #thresholds(): object[] {
    const jsonLogic = { '<=': [{ var: 'benchmark_seconds' }, LONGEST_SECONDS] };
    return [{ thresholdId: 1, marketAddress: this.#options.market.address, jsonLogic }];
  }

  #maintenance(): StandInReply {
    if (!this.#faults.has('maintenance')) return { json: { maintenance: false } };
    const times = {
      startsAt: new Date().toISOString(),
      expectedEndAt: new Date(Date.now() + 60_000).toISOString(),
    };
    return { status: 503, json: { maintenance: true, ...times, reason: 'As it was told' } };
  }
}

function freshBenchmark(): HostEntry['benchmark'] {
  return { id: randomUUID(), seconds: null, passed: false };
}

/** A route for hosts: form B, over the host's own address (nosana-host-protocol.md, 3.1). */
function signed(
  run: (host: string, request: StandInRequest) => StandInReply | Promise<StandInReply>,
): StandInRoute {
  return (request) => {
    const header = request.headers.authorization ?? '';
    const host = header.split(':')[0] ?? '';
    if (verifyAuthorization(header, host) === null) return UNAUTHORIZED;
    return run(host, request);
  };
}

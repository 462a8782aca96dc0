import type { Contact } from '../../contract/network-choices.ts';
import { OffpeakError } from '../../contract/errors.ts';
import {
  AboutNode,
  HeartbeatAnswer,
  MaintenanceAnswer,
  MarketAnswer,
  MarketInfo,
  MarketList,
  MinimumVersionAnswer,
  NodeAnswer,
  NodeInfoAnswer,
  nosToBaseUnits,
  PaymentAnswer,
  Registered,
  RequiredResources,
  RewardsAnswer,
  RpcAnswer,
  Submitted,
  Thresholds,
} from './answers.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Ask, Exchange, readJson, refusal } from './exchange.ts';
import type { z } from 'zod';

export interface HostManagerOptions {
  readonly baseUrl: string;
  /** Of this host. */
  readonly address: string;
  /** Header of form B for a message, without a time: as the network's own host sends it. */
  readonly authorize: (message: string) => Promise<string>;
  readonly clock?: Clock;
  /** For one attempt. */
  readonly deadlineMs?: number;
}

/** What a claim of uptime rewards came to. */
export interface RewardClaim {
  readonly success: boolean;
  readonly message: string;
  readonly claimableBaseUnits: bigint;
  /** Signature of the payment, where one was sent. */
  readonly transaction: string | null;
}

/**
 * The network's host manager, second generation (nosana-host-protocol.md, 3.2). Every call ends
 * within its deadlines and throws `network.host-manager-…`; an answer about another host or market
 * than the one asked for is never used.
 */
export class HostManagerClient {
  readonly #exchange: Exchange;
  readonly #address: string;
  readonly #clock: Clock;

  /** Asks nothing yet. Throws `network.host-manager-unreachable` for an address that is none. */
  constructor(options: HostManagerOptions) {
    this.#address = options.address;
    this.#clock = options.clock ?? systemClock;
    this.#exchange = new Exchange({
      baseUrl: options.baseUrl,
      authorization: () => options.authorize(options.address),
      clock: this.#clock,
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    });
  }

  async register(contact: Contact, signal: AbortSignal): Promise<void> {
    const { email, discord, twitter } = contact;
    const body = {
      email,
      ...(discord === null ? {} : { discord }),
      ...(twitter === null ? {} : { twitter }),
    };
    await this.#own({ method: 'POST', path: '/nodes/register', body, signal }, Registered);
  }

  /** Null where this host is not registered. `wanted`: a market to be let into. */
  async requestMarket(wanted: string | null, signal: AbortSignal): Promise<MarketAnswer | null> {
    const query = wanted === null ? {} : { market: wanted };
    const ask: Ask = {
      method: 'GET',
      path: '/nodes/request-market',
      query,
      signed: true,
      signal,
    };
    const { status, text } = await this.#exchange.raw(ask);
    if (status === 404) return null;
    if (status < 200 || status > 299) throw refusal(status);
    this.#checkNode(text);
    const answer = readJson(text, MarketAnswer);
    const given = answer.market?.address ?? null;
    if (wanted !== null && given !== null && given !== wanted) throw mismatch();
    return answer;
  }

  /** The result document of a benchmark. */
  async submitResults(
    benchmark: string,
    result: object,
    signal: AbortSignal,
  ): Promise<z.infer<typeof Submitted>> {
    const path = `/benchmarks/${encodeURIComponent(benchmark)}/submit-results`;
    return this.#own({ method: 'POST', path, body: result, signal }, Submitted);
  }

  /** Tells it to look at the chain: this host has its access key. */
  async syncNode(signal: AbortSignal): Promise<void> {
    const body = { address: this.#address };
    const ask: Ask = { method: 'POST', path: '/nodes/sync-node', body, signed: true, signal };
    const { status } = await this.#exchange.raw(ask);
    if (status < 200 || status > 299) throw refusal(status);
  }

  /** Says that this host lives; returns when to say it again, in ms, where that was told. */
  async heartbeat(signal: AbortSignal): Promise<number | null> {
    const ask: Ask = {
      method: 'POST',
      path: '/nodes/heartbeat',
      signed: true,
      // The next heartbeat is the repetition.
      repeatable: false,
      reads429: true,
      signal,
    };
    const { status, text } = await this.#exchange.raw(ask);
    const told = /next heartbeat in (\d{1,6}) ?s/i.exec(text)?.[1];
    if (told !== undefined) return Number(told) * 1000;
    if (status < 200 || status > 299) throw refusal(status);
    const { success, maxHeartbeatsPerDay } = readJson(text, HeartbeatAnswer);
    if (!success) throw new OffpeakError('network.host-manager-refused');
    return typeof maxHeartbeatsPerDay === 'number'
      ? Math.floor(86_400 / maxHeartbeatsPerDay) * 1000
      : null;
  }

  /** Address of an RPC server that the network pays for. A secret: never show or log it. */
  async rpcUrl(signal: AbortSignal): Promise<string> {
    return (await this.#own({ method: 'GET', path: '/rpc', signal }, RpcAnswer)).url;
  }

  /** What the network thinks of this host; null where it does not know it. */
  async node(signal: AbortSignal): Promise<z.infer<typeof NodeAnswer> | null> {
    const ask: Ask = { method: 'GET', path: this.#nodePath(''), signed: true, signal };
    const { status, text } = await this.#exchange.raw(ask);
    if (status === 404) return null;
    if (status < 200 || status > 299) throw refusal(status);
    this.#checkNode(text);
    return readJson(text, NodeAnswer);
  }

  async nodeInfo(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    return this.#own({ method: 'GET', path: this.#nodePath('/info'), signal }, NodeInfoAnswer);
  }

  /** The oldest version of a host that is let in. */
  async minimumVersion(signal: AbortSignal): Promise<string> {
    const path = '/nodes/minimum-required-version';
    return this.#public(path, MinimumVersionAnswer, signal);
  }

  /** Also while everything else answers "under maintenance". One attempt: it is asked again anyway. */
  async maintenance(
    signal: AbortSignal,
  ): Promise<{ active: boolean; until: number | null; reason: string | null }> {
    const path = '/node-under-maintenance';
    const ask: Ask = { method: 'GET', path, signed: false, repeatable: false, signal };
    // It comes with status 200 or 503.
    const { text } = await this.#exchange.raw(ask);
    const { maintenance, expectedEndAt, reason } = readJson(text, MaintenanceAnswer);
    return { active: maintenance, until: expectedEndAt, reason: reason ?? null };
  }

  async markets(signal: AbortSignal): Promise<z.infer<typeof MarketList>> {
    return this.#public('/markets/', MarketList, signal);
  }

  async market(address: string, signal: AbortSignal): Promise<z.infer<typeof MarketInfo>> {
    const market = await this.#public(`/markets/${segment(address)}`, MarketInfo, signal);
    if (market.address !== address) throw mismatch();
    return market;
  }

  /** Images and remote files that hosts of a market keep at hand. */
  async requiredResources(
    market: string,
    signal: AbortSignal,
  ): Promise<z.infer<typeof RequiredResources>> {
    const path = `/markets/${segment(market)}/required-resources`;
    return this.#public(path, RequiredResources, signal);
  }

  /** What a market asks of its hosts. */
  async thresholds(market: string, signal: AbortSignal): Promise<z.infer<typeof Thresholds>> {
    const query = { marketAddress: market };
    const path = '/benchmarks/market-thresholds';
    const found = await this.#own({ method: 'GET', path, query, signal }, Thresholds);
    if (found.some((rule) => (rule.marketAddress ?? market) !== market)) throw mismatch();
    return found;
  }

  /** Uptime rewards, in NOS base units. */
  async rewards(
    signal: AbortSignal,
  ): Promise<{ readonly claimableBaseUnits: bigint; readonly claimedBaseUnits: bigint }> {
    const found = await this.#own(
      { method: 'GET', path: this.#nodePath('/rewards'), signal },
      RewardsAnswer,
    );
    return {
      claimableBaseUnits: nosToBaseUnits(found.claimableUptimeNosRewards),
      claimedBaseUnits: nosToBaseUnits(found.totalClaimedUptimeNosRewards),
    };
  }

  /** Asks for the uptime rewards to be paid out, once: nothing is repeated where money moves. */
  async claimRewards(signal: AbortSignal): Promise<RewardClaim> {
    const ask = { method: 'POST', path: '/nodes/payment', repeatable: false, signal } as const;
    const paid = await this.#own(ask, PaymentAnswer);
    return {
      success: paid.success,
      message: paid.message,
      claimableBaseUnits: nosToBaseUnits(paid.claimableAmount),
      transaction: paid.transactionSignature ?? null,
    };
  }

  #nodePath(more: string): string {
    return `/nodes/${segment(this.#address)}${more}`;
  }

  #public<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return this.#exchange.json({ method: 'GET', path, signed: false, signal }, schema);
  }

  /** A signed request; the answer must not name another host. */
  async #own<T>(ask: Omit<Ask, 'signed'>, schema: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.#exchange.raw({ ...ask, signed: true });
    if (status < 200 || status > 299) throw refusal(status);
    this.#checkNode(text);
    return readJson(text, schema);
  }

  #checkNode(text: string): void {
    let about: z.infer<typeof AboutNode> | undefined;
    try {
      about = AboutNode.safeParse(JSON.parse(text)).data;
    } catch {
      return; // reading it will say so
    }
    const node = about?.nodeAddress;
    if (node !== undefined && node !== this.#address) throw mismatch();
  }
}

function mismatch(): OffpeakError {
  return new OffpeakError('network.host-manager-mismatch');
}

function segment(text: string): string {
  return encodeURIComponent(text);
}

import type { AdmissionReport, AdmissionState } from '../../contract/admission.ts';
import { OffpeakError, retryOf, toErrorReport } from '../../contract/errors.ts';
import type { Contact } from '../../contract/network-choices.ts';
import { type AdmissionRecord, reportOf } from './admission-record.ts';
import type { MarketAnswer } from './answers.ts';
import { withAuthorization } from './benchmark.ts';
import type { AccessKeys } from './access-key-desk.ts';
import type { HostManagerClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { Heartbeats } from './heartbeats.ts';
import { isOlder } from './version.ts';

/** What being admitted takes. */
export interface AdmissionParts {
  readonly client: HostManagerClient;
  readonly heartbeats: Pick<Heartbeats, 'start' | 'stop'>;
  readonly address: string;
  /** Header of form B for a message, without a time. */
  readonly authorize: (message: string) => Promise<string>;
  /** Null where the owner has given none. */
  readonly contact: () => Contact | null;
  /** Of this program. */
  readonly version: string;
  /** The market that the owner wants; null leaves it to the network. */
  readonly wantedMarket: () => string | null;
  readonly record: AdmissionRecord;
  /** Runs a job definition, isolated as every job is, and returns its result document. */
  readonly runBenchmark: (definition: Uint8Array, signal: AbortSignal) => Promise<object>;
  readonly accessKeys: AccessKeys;
  readonly clock: Clock;
}

/** More benchmarks in one go than this: the network does not come to an end. */
const MOST_BENCHMARKS = 20;
/** A transaction that is too old is asked for again this often, as the network's own host does. */
const MOST_STALE = 3;
/** Looks at whether the maintenance is over. */
const MAINTENANCE_LOOK_MS = { first: 5_000, longest: 60_000 };
/** After failures, doubling. */
const RETRY_MS = { first: 5_000, longest: 300_000 };
/** Nobody could be asked, or the answer was none: what was said last time still counts. */
const AWAY: readonly string[] = [
  'network.host-manager-unreachable',
  'network.host-manager-timed-out',
  'network.host-manager-rate-limited',
  'network.host-manager-maintenance',
  'network.host-manager-failed',
  'network.host-manager-unreadable',
];

/**
 * The way of one host identity into a market of the network (nosana-host-protocol.md, 1.4 and 6.3).
 * It keeps nothing between two attempts but the market that let it in: each one asks the network
 * where it stands, so that an end at any step does no harm.
 */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #listeners = new Set<() => void>();
  readonly #stopped = new AbortController();
  #state: AdmissionState = { step: 'unknown' };
  #attempt: Promise<AdmissionState> | null = null;
  #retryMs = RETRY_MS.first;
  /** From the latest benchmark: shown where the network's decision brings none. */
  #report: AdmissionReport | null = null;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  get state(): AdmissionState {
    return this.#state;
  }

  /** Calls back after every change of the state. Returns the stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Goes as far as it can: resolves when admitted, or when a person or time is needed. Never
   * throws. An aborted attempt leaves `unknown`. While one is under way, it is that one.
   */
  admit(signal: AbortSignal): Promise<AdmissionState> {
    this.#attempt ??= this.#try(AbortSignal.any([signal, this.#stopped.signal])).finally(() => {
      this.#attempt = null;
    });
    return this.#attempt;
  }

  /** Ends what goes on in the background; the object is of no use after it. */
  stop(): void {
    this.#stopped.abort();
    this.#parts.heartbeats.stop();
  }

  /** The network was heard of again: what was gone on with in its absence is looked at. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.step !== 'admitted' || !state.stale) return;
    try {
      const node = await this.#parts.client.node(this.#stopped.signal);
      if (this.#state !== state) return;
      if (node?.status === 'REJECTED') this.#set({ step: 'banned' });
      else if (node?.marketAddress === state.market) this.#set({ ...state, stale: false });
      // Moved, or not known any more: asking from the beginning finds out.
      else this.#set({ step: 'unknown' });
    } catch {
      // The next heartbeat brings us here again.
    }
  }

  async #try(signal: AbortSignal): Promise<AdmissionState> {
    try {
      const state = await this.#advance(signal);
      this.#retryMs = RETRY_MS.first;
      return this.#set(state);
    } catch (error) {
      return this.#set(signal.aborted ? { step: 'unknown' } : this.#failed(error));
    }
  }

  async #advance(signal: AbortSignal): Promise<AdmissionState> {
    const outdated = await this.#outdated(signal);
    if (outdated !== null) return outdated;
    let benchmarks = 0;
    let stale = 0;
    let isRegistered = false;
    for (;;) {
      const answer = await this.#ask(signal);
      if (answer === null) {
        const contact = this.#parts.contact();
        if (contact === null) return { step: 'needs-contact' };
        if (isRegistered) throw new OffpeakError('network.host-manager-refused');
        await this.#register(contact, signal);
        isRegistered = true;
        continue;
      }
      if (answer.status === 'REJECTED') {
        this.#parts.record.write(null);
        return { step: 'banned' };
      }
      this.#parts.heartbeats.start();
      if (answer.jobDefinition) {
        if (benchmarks === MOST_BENCHMARKS) throw new OffpeakError('network.too-many-benchmarks');
        await this.#benchmark(answer, ++benchmarks, signal);
        continue;
      }
      const done = await this.#decided(answer, signal);
      if (done !== null) return done;
      if (++stale === MOST_STALE) throw new OffpeakError('network.transaction-expired');
    }
  }

  /** Null where this version will do, or where nobody says which one would. */
  async #outdated(signal: AbortSignal): Promise<AdmissionState | null> {
    const { client, version: own } = this.#parts;
    try {
      const minimum = await this.#patiently(signal, () => client.minimumVersion(signal));
      return isOlder(own, minimum) === true ? { step: 'outdated', minimum, own } : null;
    } catch (error) {
      const { code } = toErrorReport(error);
      const isUnsaid =
        code === 'network.host-manager-refused' || code === 'network.host-manager-unreadable';
      if (isUnsaid) return null;
      throw error;
    }
  }

  #ask(signal: AbortSignal): Promise<MarketAnswer | null> {
    const { client, wantedMarket } = this.#parts;
    this.#set({ step: 'asking' });
    return this.#patiently(signal, () => client.requestMarket(wantedMarket(), signal));
  }

  async #register(contact: Contact, signal: AbortSignal): Promise<void> {
    this.#set({ step: 'registering' });
    await this.#patiently(signal, () => this.#parts.client.register(contact, signal));
  }

  async #benchmark(answer: MarketAnswer, round: number, signal: AbortSignal): Promise<void> {
    const { client, address, authorize, runBenchmark } = this.#parts;
    const id = answer.benchmarkId ?? answer.jobDefinition?.id;
    if (id === undefined) throw new OffpeakError('network.benchmark-invalid');
    this.#set({ step: 'benchmarking', id, round });
    const definition = withAuthorization(answer.jobDefinition, await authorize(address));
    signal.throwIfAborted();
    const result = await runBenchmark(definition, signal);
    signal.throwIfAborted();
    const { report } = await this.#patiently(signal, () =>
      client.submitResults(id, result, signal),
    );
    if (report) this.#report = reportOf(report);
  }

  /** Null where the transaction that came with the market is too old. */
  async #decided(answer: MarketAnswer, signal: AbortSignal): Promise<AdmissionState | null> {
    const { client, accessKeys, record } = this.#parts;
    const report = answer.feedbackReport ? reportOf(answer.feedbackReport) : this.#report;
    const market = answer.market?.address ?? null;
    if (market === null) {
      record.write(null);
      return { step: 'not-qualified', nextTestAt: answer.nextTestAt, report };
    }
    if (answer.market?.sftTx) {
      this.#set({ step: 'access-key' });
      if ((await accessKeys.obtain(market, answer.market.sftTx, signal)) === 'stale') return null;
      this.#set({ step: 'syncing' });
      await this.#patiently(signal, () => client.syncNode(signal));
    }
    const name = answer.feedbackReport?.marketName ?? null;
    record.write({ market, name });
    return { step: 'admitted', market, name, report, stale: false };
  }

  /** Calls until it is not maintenance that stands in the way, which the state shows meanwhile. */
  async #patiently<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const before = this.#state;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const isMaintenance = toErrorReport(error).code === 'network.host-manager-maintenance';
        if (signal.aborted || !isMaintenance || this.#remembered() !== null) throw error;
      }
      await this.#maintenanceOver(signal);
      this.#set(before);
    }
  }

  async #maintenanceOver(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#parts;
    this.#set({ step: 'maintenance', until: null, reason: null });
    for (let lookMs = MAINTENANCE_LOOK_MS.first; ;) {
      const found = await client.maintenance(signal).catch(() => null);
      signal.throwIfAborted();
      if (found?.active === false) return;
      if (found !== null) {
        this.#set({ step: 'maintenance', until: found.until, reason: found.reason });
      }
      await clock.sleep(lookMs, signal);
      lookMs = Math.min(lookMs * 2, MAINTENANCE_LOOK_MS.longest);
    }
  }

  #failed(error: unknown): AdmissionState {
    const problem = toErrorReport(error);
    const last = AWAY.includes(problem.code) ? this.#remembered() : null;
    if (last !== null) {
      // The chain decides who may work: it knows our access key also while nobody can be asked.
      this.#parts.heartbeats.start();
      return { step: 'admitted', ...last, report: null, stale: true };
    }
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(waitMs * 2, RETRY_MS.longest);
    const isPassing = retryOf(problem.code) === 'auto';
    const nextAttemptAt = isPassing ? this.#parts.clock.now() + waitMs : null;
    return { step: 'failed', problem, nextAttemptAt };
  }

  /** The market of last time, unless the owner wants another one now. */
  #remembered(): ReturnType<AdmissionRecord['read']> {
    const last = this.#parts.record.read();
    const wanted = this.#parts.wantedMarket();
    return last === null || (wanted !== null && wanted !== last.market) ? null : last;
  }

  #set(state: AdmissionState): AdmissionState {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
    return state;
  }
}

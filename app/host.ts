import { setTimeout as sleep } from 'node:timers/promises';
import { databaseKeeper } from './benchmark/keeper.ts';
import { measureCard } from './benchmark/measure-card.ts';
import { LastSweeps } from './benchmark/sweep/last-sweeps.ts';
import { sweepCard } from './benchmark/sweep/sweep-card.ts';
import { Benchmarking } from './benchmarking.ts';
import { HEARTBEAT_MS } from './activity/timeline.ts';
import { ThermalGuards } from './availability/thermal-guards.ts';
import type { Handlers } from './contract/commands.ts';
import { dayPartOf } from './contract/day-part.ts';
import type { CardReport } from './contract/gpu.ts';
import { earningsOf } from './earnings/ledger.ts';
import { findEngines } from './engine-room.ts';
import { Examining } from './examining.ts';
import { openCardReader } from './gpu/cards.ts';
import type { Pace } from './gpu/card-watcher.ts';
import { handlersOf } from './handlers.ts';
import type { HostOptions } from './host-options.ts';
import { initialState } from './initial-state.ts';
import { openLending } from './lending/open-lending.ts';
import type { CommonFacts } from './lending/lender.ts';
import type { Lending } from './lending/lending.ts';
import { nodeInfoOf } from './lending/node-info.ts';
import { NetworkOwner } from './lending/network-owner.ts';
import { overviewOf } from './lending/overview.ts';
import { openPower } from './open-power.ts';
import type { PowerRoom } from './power/power-room.ts';
import { openReadiness } from './open-readiness.ts';
import { OwnerChoice } from './owner-choice.ts';
import { Proving } from './proving.ts';
import { cardId, freeDiskBytes, lentCards, openRooms, type Rooms } from './rooms.ts';
import type { ReadinessRoom } from './readiness/readiness-room.ts';
import type { ServedHost } from './serve/view.ts';
import { HostStore } from './store.ts';

/** A host: the owner of every fact. Views come and go. */
export interface Host extends ServedHost {
  /** Starts lending as the owner last chose. Rejects with `storage.*` when the folder is taken. */
  start(): Promise<void>;
  /** Stops. `handBack` first leaves the queue and ends a running job with its pay so far. */
  stop(options: { handBack: boolean }): Promise<void>;
}

const LENDING = 'availability.lending';
/** So long a quit waits until what a crash left behind is gone. */
const SWEEP_MS = 10_000;
const MINUTE_MS = 60_000;
const REFRESH_MS = 50;
/** The engine is watched all the time; the other checks change slowly. */
const DOCTOR_MS = 5 * 60_000;

/** Builds a host in its folder. Throws `storage.*`, `practice.*`. */
export function createHost(options: HostOptions): Host {
  return new OffpeakHost(options);
}

class OffpeakHost implements Host {
  readonly handlers: Handlers;
  readonly #options: HostOptions;
  readonly #rooms: Rooms;
  readonly #store: HostStore;
  readonly #lending: Lending;
  readonly #owner: NetworkOwner;
  readonly #readiness: ReadinessRoom;
  readonly #proving: Proving;
  readonly #benchmarking: Benchmarking;
  readonly #power: PowerRoom;
  readonly #choice: OwnerChoice;
  readonly #examining: Examining;
  readonly #guards: ThermalGuards;
  readonly #stops: (() => void)[] = [];
  #soon: NodeJS.Timeout | null = null;
  #stopping = false;
  /** Views that somebody looks at. */
  #watching = 0;
  #sweeping: Promise<void> | null = null;
  /** Rises with every step of a run that a list would show. */
  #revision = 0;
  #shownSteps = '';
  #earningsAt = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#rooms = openRooms(options);
    const { settings, vault } = this.#rooms;
    this.#guards = new ThermalGuards(() => this.#store.state.settings.heatLimitC);
    this.#power = openPower(options, this.#rooms.db, (power) => this.#store.commit({ power }));
    this.#benchmarking = this.#openBenchmarking();
    this.#lending = openLending(options, this.#rooms, {
      common: () => this.#common(),
      onChange: () => this.#refreshSoon(),
      onClosed: () => this.#choice.act(),
      cooling: (card) => this.#guards.of(card),
      measuring: (card) => this.#benchmarking.isMeasuring(card),
      nodeInfo: (phase, card) =>
        nodeInfoOf({
          phase,
          version: options.version,
          home: options.home,
          card: this.#store.state.cards.cards.find(({ uuid }) => uuid === card) ?? null,
          speed: this.#store.state.readiness.speed.last,
        }),
      onNetwork: () => {
        this.#rooms.reach.tunnel = this.#lending.lenders.tunnel;
        this.#refresh();
        this.#examining.examine();
      },
    });
    this.#owner = new NetworkOwner({
      settings,
      vault,
      lending: this.#lending,
      log: options.log,
      show: (slices) => this.#store.commit(slices),
    });
    this.#readiness = openReadiness(options, this.#rooms, {
      lending: this.#lending,
      found: () => this.#examining.found,
      proof: () => this.#store.state.proof,
    });
    this.#store = new HostStore(
      initialState({
        version: options.version,
        now: Date.now(),
        lending: settings.get(LENDING) !== 'no',
        network: networkOf(this.#lending),
        ...this.#owner.slices,
        readiness: this.#readiness.readiness,
      }),
    );
    this.#choice = new OwnerChoice({
      settings,
      reconnect: async () => {
        await this.#examining.forgetEngine();
        await this.#rooms.containers.reconnect();
      },
      isBusy: () => this.#lending.lenders.isBusy,
      show: (choices) => this.#store.commit({ settings: choices }),
    });
    this.#examining = new Examining({
      rooms: this.#rooms,
      isBusy: () => this.#lending.lenders.isBusy,
      home: options.home,
      freeDiskBytes: () => freeDiskBytes(options),
      network: () => this.#networkForDoctor(),
      isStopping: () => this.#stopping,
      show: (doctor) => {
        this.#store.commit({ doctor });
        this.#readiness.examine();
        this.#refresh();
      },
      onFault: (text) => options.log('warn', 'a check failed', { text }),
    });
    this.#proving = new Proving(this.#rooms.prove, (proof) => {
      this.#store.commit({ proof });
      if (!proof.running) this.#readiness.examine();
    });
    this.handlers = this.#handlers();
  }

  get state() {
    return this.#store.state;
  }

  onChange(listener: Parameters<HostStore['onChange']>[0]): () => void {
    return this.#store.onChange(listener);
  }

  watch(): () => void {
    this.#watching += 1;
    this.#rooms.cards.at(this.#pace());
    return () => {
      this.#watching -= 1;
      this.#rooms.cards.at(this.#pace());
    };
  }

  #openBenchmarking(): Benchmarking {
    const { childEntries, env } = this.#options;
    const keeper = databaseKeeper((work) => work(this.#rooms.db));
    return new Benchmarking({
      measure: measureCard,
      sweep: sweepCard,
      sweeps: new LastSweeps(this.#rooms.settings),
      hold: (card, watts) => this.#power.hold(card, watts),
      keeper,
      options: () => ({
        keeper,
        env,
        // Twice a second and with who uses the card, which the watcher never asks.
        reader: openCardReader({ env, childEntries }),
        childEntry: childEntries?.benchmark,
      }),
      isBusy: (card) => this.#lending.lenders.isWorking(card),
      show: (benchmark) => this.#store.commit({ benchmark }),
      onChange: () => this.#refreshSoon(),
    });
  }

  #handlers(): Handlers {
    const { history, timeline, telemetry } = this.#rooms;
    return handlersOf({
      benchmarking: this.#benchmarking,
      power: this.#power,
      history,
      timeline,
      telemetry,
      lend: () => this.#lend(true),
      takeBack: () => this.#lend(false),
      examine: () => this.#examining.examine(true),
      prove: () => this.#proving.start(),
      findEngines: () => findEngines(this.#options.env),
      chooseEngine: (engine) => this.#choice.choose({ engine }),
      chooseInternet: (internet) => {
        this.#choice.choose({ internet });
        this.#examining.examine();
      },
      chooseMoney: (money) => this.#choice.choose({ money }),
      chooseHeatLimit: (heatLimitC) => {
        this.#choice.choose({ heatLimitC });
        this.#guard();
        this.#refresh();
      },
      owner: this.#owner,
      readiness: this.#readiness,
    });
  }

  start(): Promise<void> {
    const { cards, containers, timeline } = this.#rooms;
    timeline.heartbeat();
    const every = (ms: number, work: () => void) => {
      const timer = setInterval(work, ms);
      this.#stops.push(() => clearInterval(timer));
    };
    every(HEARTBEAT_MS, () => timeline.heartbeat());
    every(DOCTOR_MS, () => this.#examining.examine());
    this.#stops.push(
      containers.watch((engine) => {
        if (engine.ok) this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = null));
        this.#examining.examine();
        this.#lending.lenders.retryNow();
      }),
    );
    this.#stops.push(this.#readiness.onChange((readiness) => this.#store.commit({ readiness })));
    void this.#power.start();
    cards.start((report) => this.#showCards(report));
    this.#stops.push(() => cards.stop());
    this.#lending.start();
    this.#owner.unlockUnattended(this.#options.env);
    this.#refresh();
    this.#examining.examine();
    return Promise.resolve();
  }

  async stop(options: { handBack: boolean }): Promise<void> {
    const { containers, timeline } = this.#rooms;
    if (this.#stopping) return;
    this.#stopping = true;
    this.#refresh();
    await this.#lending.stop(options);
    for (const stop of this.#stops) stop();
    if (this.#soon) clearTimeout(this.#soon);
    await this.#proving.stop();
    await this.#benchmarking.stop();
    await this.#power.stop();
    await this.#examining.stop();
    await this.#readiness.stop();
    await Promise.race([this.#sweeping, sleep(SWEEP_MS, undefined, { ref: false })]);
    await containers.close().catch(() => undefined);
    timeline.enter('off');
    this.#rooms.close();
  }

  // What a crash left behind in the engine goes, but for the runs that are still open.
  async #sweep(): Promise<void> {
    const { history, containers } = this.#rooms;
    const open = history.list({ limit: 500, outcome: 'open' }).jobs.map(({ run }) => run);
    const { removed, problem } = await containers.sweep(open);
    if (removed.length === 0 && problem === null) return;
    const about = { removed: removed.length, problem: problem?.code ?? null };
    this.#options.log('info', 'swept the engine', about);
  }

  /** The owner's own choice; remembered over restarts. */
  #lend(lending: boolean): void {
    this.#rooms.settings.set(LENDING, lending ? 'yes' : 'no');
    this.#store.commit({ availability: { lending, since: Date.now() } });
    this.#lending.lenders.lend(lending);
    this.#refresh();
  }

  #common(): CommonFacts {
    const engine = this.#rooms.containers.status();
    return {
      stopping: this.#stopping,
      lending: this.#store.state.availability.lending,
      engine: engine === null ? 'checking' : engine.ok ? 'ready' : engine.problem,
      leaving: this.#lending.isLeaving,
    };
  }

  // A job that prints fast changes a thousand times a second; a view sees four of them.
  #refreshSoon(): void {
    if (this.#soon) return;
    this.#soon = setTimeout(() => {
      this.#soon = null;
      if (!this.#stopping) this.#refresh();
    }, REFRESH_MS);
  }

  /** Brings every slice that depends on more than one room up to date, and acts on the facts. */
  #refresh(): void {
    const now = Date.now();
    const { lenders } = this.#lending;
    const { host, network } = this.#store.state;
    const { phase, reason, ...slices } = overviewOf(
      lenders.states,
      this.#common(),
      lenders.problem,
    );
    this.#rooms.timeline.enter(dayPartOf(phase, reason));
    const phaseSince = phase === host.phase ? host.phaseSince : now;
    const isSame = network.id === this.#lending.provider.id;
    this.#store.commit({
      host: { ...host, phase, phaseSince, reason },
      network: { ...networkOf(this.#lending), ...lenders.connection },
      ...slices,
    });
    this.#countEarnings(now, isSame);
    this.#examining.giveWay();
    this.#benchmarking.giveWay();
    this.#power.lend((card) => this.#isLent(card));
    this.#rooms.cards.at(this.#pace());
    this.#lending.check();
  }

  // Adding up is for changes of the list, for another network, and for midnight.
  #countEarnings(now: number, isSame: boolean): void {
    const steps = this.#store.state.identities
      .map(({ job }) => `${job?.run ?? ''} ${job?.stage ?? ''}`)
      .join();
    const isNew = steps !== this.#shownSteps || !isSame;
    if (!isNew && now - this.#earningsAt < MINUTE_MS) return;
    if (isNew) this.#revision += 1;
    this.#shownSteps = steps;
    this.#earningsAt = now;
    this.#store.commit({
      earnings: earningsOf(this.#rooms.db, this.#lending.provider.id, {
        now,
        revision: this.#revision,
      }),
    });
    for (const lender of this.#lending.lenders.list) void lender.readBalances();
  }

  #pace(): Pace {
    if (this.#watching > 0) return 'watched';
    const { identities } = this.#store.state;
    const isAtWork = identities.some(({ job, queue }) => job !== null || queue !== null);
    return isAtWork ? 'working' : 'resting';
  }

  #showCards(report: CardReport): void {
    const seen = report.cards.map((card) => ({ id: cardId(card), card }));
    const alerts = this.#rooms.telemetry.see(seen);
    this.#store.commit({ cards: { ...report, readAt: Date.now() }, alerts });
    this.#guard();
    this.#power.see(
      seen.map((one) => ({ ...one, isLent: this.#isLent(one.id) })),
      performance.now(),
    );
    this.#lending.see(lentCards(report.cards));
    this.#refreshSoon();
  }

  #isLent(card: string): boolean {
    const { lending } = this.#store.state.availability;
    return lending && !this.#stopping && !this.#benchmarking.isMeasuring(card);
  }

  #guard(): void {
    const cards = this.#store.state.cards.cards.map((card) => ({
      uuid: cardId(card),
      temperatureC: card.temperatureC,
    }));
    this.#guards.see(cards, performance.now());
  }

  #networkForDoctor() {
    const { label, connected, problem } = this.#store.state.network;
    return { label, state: connected ? 'connected' : 'starting', problem } as const;
  }
}

function networkOf({ provider }: Lending) {
  const { id, label, practice } = provider;
  return { id, label, practice };
}

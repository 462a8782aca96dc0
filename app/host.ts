import { setTimeout as sleep } from 'node:timers/promises';
import { LendingLoop } from './availability/lending-loop.ts';
import { phaseOf } from './availability/phase.ts';
import { HEARTBEAT_MS } from './activity/timeline.ts';
import type { Handlers } from './contract/commands.ts';
import { toErrorReport } from './contract/errors.ts';
import type { CardReport, Problem } from './contract/gpu.ts';
import { earningsOf } from './earnings/ledger.ts';
import type { HostOptions } from './host-options.ts';
import { handlersOf } from './handlers.ts';
import type { Offer } from './jobs/ports.ts';
import { findEngines } from './engine-room.ts';
import { Examining } from './examining.ts';
import { initialState } from './initial-state.ts';
import { OwnerChoice } from './owner-choice.ts';
import { Proving } from './proving.ts';
import { freeDiskBytes, lentCards, openRooms, type Rooms } from './rooms.ts';
import type { ServedHost } from './serve/view.ts';
import { readChoices } from './storage/owner-choices.ts';
import { HostStore } from './store.ts';

/** A host: the owner of every fact. Views come and go. */
export interface Host extends ServedHost {
  /** Starts lending as the owner last chose. Rejects with `storage.*` when the folder is taken. */
  start(): Promise<void>;
  /** Stops. `handBack` first leaves the queue and ends a running job with its pay so far. */
  stop(options: { handBack: boolean }): Promise<void>;
}

const LENDING = 'availability.lending';
/** A running job that is to be handed back at quit gets this long. */
const QUIT_MS = 60_000;
/** So long a quit waits until what a crash left behind is gone. */
const SWEEP_MS = 10_000;
const MINUTE_MS = 60_000;
const TAKE_AGAIN_MS = 5_000;
const REFRESH_MS = 50;
const TAKEN_BACK = 'The owner took the card back.';
const CONNECT_RETRY_MS = 3_000;
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
  readonly #lending: LendingLoop;
  readonly #proving: Proving;
  readonly #choice: OwnerChoice;
  readonly #examining: Examining;
  readonly #stops: (() => void)[] = [];
  #connecting = 0;
  #soon: NodeJS.Timeout | null = null;
  #world: { stop(): Promise<void> } | null = null;
  /** Offers that came while another run was in hand. */
  #offers: Offer[] = [];
  #handedBack = false;
  #stopping = false;
  #joinProblem: Problem | null = null;
  #networkProblem: Problem | null = null;
  #queued: boolean | null = null;
  #sweeping: Promise<void> | null = null;
  /** Rises with every step of a run that a list would show. */
  #revision = 0;
  #shownStep = '';
  #earningsAt = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#rooms = openRooms(options, () => lentCards(this.#store.state.cards.cards));
    const { provider, settings } = this.#rooms;
    this.#store = new HostStore(
      initialState({
        version: options.version,
        now: Date.now(),
        lending: settings.get(LENDING) !== 'no',
        network: { id: provider.id, label: provider.label, practice: provider.practice },
        address: provider.signer.address,
        settings: readChoices(settings),
      }),
    );
    this.#choice = new OwnerChoice({
      settings,
      reconnect: async () => {
        await this.#examining.forgetEngine();
        await this.#rooms.containers.reconnect();
      },
      isBusy: () => this.#rooms.jobs.current() !== null,
      show: (choices) => this.#store.commit({ settings: choices }),
    });
    this.#examining = new Examining({
      rooms: this.#rooms,
      home: options.home,
      freeDiskBytes: () => freeDiskBytes(options),
      network: () => this.#networkForDoctor(),
      isStopping: () => this.#stopping,
      show: (doctor) => {
        this.#store.commit({ doctor });
        this.#refresh();
      },
      onFault: (text) => options.log('warn', 'a check failed', { text }),
    });
    this.#proving = new Proving(this.#rooms.prove, (proof) => this.#store.commit({ proof }));
    this.#lending = new LendingLoop({
      market: {
        join: async (signal) => problemIn(await this.#market().join(signal)),
        leave: async (signal) => problemIn(await this.#market().leave(signal)),
      },
      facts: () => ({
        willing: this.#willing(),
        busy: this.#rooms.jobs.current() !== null,
        queued: this.#queued,
      }),
      onProblem: (problem) => {
        this.#joinProblem = problem;
        this.#refresh();
      },
    });
    this.handlers = handlersOf({
      jobs: this.#rooms.jobs,
      timeline: this.#rooms.timeline,
      lend: () => this.#lend(true),
      takeBack: () => this.#lend(false),
      examine: () => this.#examining.examine(true),
      prove: () => this.#proving.start(),
      findEngines: () => findEngines(options.env),
      chooseEngine: (engine) => this.#choice.choose({ engine }),
      chooseInternet: (internet) => {
        this.#choice.choose({ internet });
        this.#examining.examine();
      },
    });
  }

  get state() {
    return this.#store.state;
  }

  onChange(listener: Parameters<HostStore['onChange']>[0]): () => void {
    return this.#store.onChange(listener);
  }

  start(): Promise<void> {
    const { cards, containers, jobs, network, ownerApi, provider, timeline } = this.#rooms;
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
        this.#lending.retryNow();
      }),
      jobs.onChange(() => this.#refreshSoon()),
      jobs.onClosed(() => {
        this.#choice.act();
        this.#takeNext();
      }),
      network.onChange(() => void this.#readBalances()),
      this.#market().watch({
        onOffer: (offer) => {
          this.#offers.push(offer);
          this.#takeNext();
        },
        onQueue: (view) => {
          const { address, position, length, timeoutSeconds } = view;
          this.#queued = position !== null;
          this.#store.commit({
            queue: position === null ? null : { position, length, market: address },
            market: { address, timeoutSeconds, pricePerSecond: String(view.pricePerSecond) },
          });
          this.#refresh();
        },
        onProblem: (problem) => {
          this.#networkProblem = problem;
          this.#refresh();
        },
      }),
    );
    ownerApi.start().catch((error: unknown) => {
      this.#options.log('error', 'the door for owners of jobs stays shut', { text: String(error) });
    });
    this.#stops.push(() => void ownerApi.stop());
    cards.start((report) => this.#showCards(report));
    this.#stops.push(() => cards.stop());
    this.#world = provider.start({
      onUp: ({ rpcUrl, wsUrl, contentUrl }) => {
        const rpc = [{ rpcUrl, wsUrl }];
        void this.#connect({ rpc, gateways: [contentUrl], pinUrl: contentUrl });
      },
      onDown: (problem) => {
        network.disconnect();
        this.#queued = null;
        this.#networkProblem = problem;
        this.#refresh();
        this.#examining.examine();
      },
    });
    jobs.recover();
    // A job that was running when the owner took the card and the host was killed.
    if (!this.#store.state.availability.lending) jobs.handBack(TAKEN_BACK);
    this.#refresh();
    this.#examining.examine();
    return Promise.resolve();
  }

  #market() {
    const { network, provider } = this.#rooms;
    return network.session(provider.market);
  }

  // One run at a time: what is busy now is offered again when the run in hand has closed.
  #takeNext(): void {
    const { jobs } = this.#rooms;
    try {
      this.#offers = this.#offers.filter((offer) => jobs.take(offer) === 'busy');
      // One that was on its way while the owner took the card: left at once, nothing was done.
      if (!this.#store.state.availability.lending) jobs.handBack(TAKEN_BACK);
    } catch (error) {
      // A full disk: the offer stays, and so does its place on the chain.
      this.#joinProblem = toErrorReport(error);
      const again = setTimeout(() => this.#takeNext(), TAKE_AGAIN_MS);
      this.#stops.push(() => clearTimeout(again));
    }
    this.#refresh();
  }

  async stop(options: { handBack: boolean }): Promise<void> {
    const { containers, jobs, network, timeline } = this.#rooms;
    if (this.#stopping) return;
    this.#stopping = true;
    this.#refresh();
    await this.#lending.stop();
    if (options.handBack && network.genesis !== null) {
      await this.#market().leave(AbortSignal.timeout(10_000));
    }
    await jobs.stop(
      options.handBack ? { reason: 'Offpeak was stopped.', patienceMs: QUIT_MS } : null,
    );
    for (const stop of this.#stops) stop();
    await this.#proving.stop();
    await this.#examining.stop();
    await Promise.race([this.#sweeping, sleep(SWEEP_MS, undefined, { ref: false })]);
    await containers.close().catch(() => undefined);
    network.disconnect();
    await this.#world?.stop();
    timeline.enter('off');
    this.#rooms.close();
  }

  // What a crash left behind in the engine goes, but for the runs that are still open.
  async #sweep(): Promise<void> {
    const { jobs, containers } = this.#rooms;
    const open = jobs.list({ limit: 500, outcome: 'open' }).jobs.map(({ run }) => run);
    const { removed, problem } = await containers.sweep(open);
    if (removed.length === 0 && problem === null) return;
    const about = { removed: removed.length, problem: problem?.code ?? null };
    this.#options.log('info', 'swept the engine', about);
  }

  /** The owner's own choice; remembered over restarts. */
  #lend(lending: boolean): void {
    const { settings, jobs } = this.#rooms;
    settings.set(LENDING, lending ? 'yes' : 'no');
    this.#store.commit({ availability: { lending, since: Date.now() } });
    if (lending) this.#handedBack = false;
    else if (jobs.current()) {
      this.#handedBack = true;
      jobs.handBack(TAKEN_BACK);
    }
    this.#lending.retryNow();
    this.#refresh();
  }

  #willing(): boolean {
    const { lending } = this.#store.state.availability;
    const engine = this.#rooms.containers.status();
    const connected = this.#rooms.network.genesis !== null;
    return lending && !this.#stopping && connected && engine?.ok === true;
  }

  // Tries until it works or a newer address comes: an old one must not undo a new connection.
  async #connect(endpoints: Parameters<Rooms['network']['connect']>[0]): Promise<void> {
    const { network } = this.#rooms;
    const turn = ++this.#connecting;
    while (!this.#stopping && turn === this.#connecting) {
      try {
        await network.connect(endpoints);
        this.#networkProblem = null;
        break;
      } catch (error) {
        if (turn !== this.#connecting) return;
        this.#networkProblem = toErrorReport(error);
        this.#options.log('warn', 'cannot connect to the network', {
          code: this.#networkProblem.code,
        });
        this.#refresh();
        await sleep(CONNECT_RETRY_MS);
      }
    }
    this.#lending.retryNow();
    this.#refresh();
    this.#examining.examine();
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
    const { jobs, network, containers, timeline } = this.#rooms;
    const now = Date.now();
    const state = this.#store.state;
    const job = jobs.current();
    const engine = containers.status();
    const { phase, reason } = phaseOf({
      stopping: this.#stopping,
      lending: state.availability.lending,
      handedBack: this.#handedBack,
      engine: engine === null ? 'checking' : engine.ok ? 'ready' : engine.problem,
      network: this.#networkProblem ?? (network.genesis === null ? 'connecting' : 'connected'),
      job,
      jobProblem: jobs.obstacle()?.problem ?? null,
      queue: state.queue,
      joinProblem: this.#joinProblem,
    });
    if (phase !== state.host.phase) timeline.enter(phase);
    const phaseSince = phase === state.host.phase ? state.host.phaseSince : now;
    this.#store.commit({
      host: { ...state.host, phase, phaseSince, reason },
      network: {
        ...state.network,
        connected: network.genesis !== null,
        problem: this.#networkProblem,
      },
      job,
    });
    this.#countEarnings(`${job?.run ?? ''} ${job?.stage ?? ''}`, now);
    this.#lending.check();
  }

  // Adding up is for changes of the list, and for midnight.
  #countEarnings(step: string, now: number): void {
    const isNew = step !== this.#shownStep;
    if (!isNew && now - this.#earningsAt < MINUTE_MS) return;
    if (isNew) this.#revision += 1;
    this.#shownStep = step;
    this.#earningsAt = now;
    const { db, network } = this.#rooms;
    this.#store.commit({
      earnings: earningsOf(db, network.id, { now, revision: this.#revision }),
    });
    void this.#readBalances();
  }

  #showCards(report: CardReport): void {
    this.#store.commit({ cards: { ...report, readAt: Date.now() } });
  }

  async #readBalances(): Promise<void> {
    const { network, provider } = this.#rooms;
    if (network.genesis === null) return;
    try {
      const { nos, lamports } = await network.balances();
      this.#store.commit({
        wallet: {
          address: provider.signer.address,
          nos: nos === null ? null : String(nos),
          lamports: String(lamports),
        },
      });
    } catch (error) {
      // The balance is read again with the next change; meanwhile the last one stands.
      this.#options.log('warn', 'cannot read balances', { code: toErrorReport(error).code });
    }
  }

  #networkForDoctor() {
    const { label } = this.#store.state.network;
    const state = this.#rooms.network.genesis === null ? 'starting' : 'connected';
    return { label, state, problem: this.#networkProblem } as const;
  }
}

function problemIn(result: { ok: true } | { ok: false; problem: Problem }): Problem | null {
  return result.ok ? null : result.problem;
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { Cooling } from '../../../app/availability/thermal-guard.ts';
import type { IdentityState } from '../../../app/contract/identity-state.ts';
import type { NetworkKind } from '../../../app/contract/network-choices.ts';
import { JobHistory } from '../../../app/jobs/history.ts';
import type { LentCard } from '../../../app/jobs/passport.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import { Lender, type CommonFacts } from '../../../app/lending/lender.ts';
import { Lending } from '../../../app/lending/lending.ts';
import type { LendersParts } from '../../../app/lending/lenders.ts';
import { openDatabase } from '../../../app/storage/database.ts';
import { readNetworkChoices, writeNetworkChoices } from '../../../app/storage/network-choices.ts';
import { FakeEngine } from '../engine/fake-engine.ts';
import { job, operation } from '../jobs/definitions.ts';
import { FakeResources } from '../jobs/fake-resources.ts';
import { until } from '../jobs/time.ts';
import { memorySettings } from '../network/memory-settings.ts';
import { NODE_INFO } from '../owner-api/doorstep.ts';
import { FakeProvider } from './fake-provider.ts';

const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function card(uuid: string): LentCard {
  return { uuid, name: 'RTX 4090', memoryBytes: 24 * 1024 ** 3 };
}

/**
 * A host's lending with all that outlives it: the real lenders and their runs, on two networks and
 * an engine in memory. It acts on the facts after every change, as the host does.
 */
export class LendingWorld {
  /** What the networks saw, in order, e.g. `GPU-1 join`, `practice stopped`. */
  readonly events: string[] = [];
  readonly logged: string[] = [];
  readonly practice = new FakeProvider('practice', (event) => this.events.push(event));
  readonly mainnet = new FakeProvider('mainnet', (event) => this.events.push(event));
  readonly engine = new FakeEngine();
  /** The owner's choices, as the host keeps them. */
  readonly settings = memorySettings();
  /** The owner lends. */
  isLent = true;
  /** The cards that are too hot. */
  readonly hot = new Map<string, Cooling>();
  /** The cards that are being measured. */
  readonly measured = new Set<string>();
  /** How many runs have closed. */
  closed = 0;
  lending: Lending;
  readonly #home = mkdtempSync(join(memoryFolder, 'offpeak-lending-'));
  readonly #db = openDatabase(join(this.#home, 'offpeak.db'));
  readonly #history = new JobHistory({ db: this.#db, home: this.#home });
  readonly #resources = new FakeResources();
  #isStopping = false;
  #isSoon = false;

  constructor() {
    this.lending = this.#open();
  }

  /** Another host in this world; the one before must have been stopped. */
  restart(): Lending {
    this.#isStopping = false;
    this.lending = this.#open();
    return this.lending;
  }

  /** Starts with these cards, brings practice up, and waits until each card is in the queue. */
  async lend(...uuids: readonly string[]): Promise<void> {
    this.see(...uuids);
    this.lending.start();
    this.practice.up();
    await until(() => uuids.every((uuid) => this.isQueued(uuid)));
  }

  see(...uuids: readonly string[]): void {
    this.lending.see(uuids.map(card));
  }

  /** The owner chooses another network, or the same again. */
  choose(kind: NetworkKind): void {
    writeNetworkChoices(this.settings, { kind });
    this.lending.check();
  }

  isQueued(uuid: string, provider = this.practice): boolean {
    return provider.of(uuid).session(provider.market).isQueued;
  }

  /** The state of a card's identity, as a view sees it. */
  state(uuid: string): IdentityState {
    const found = this.lending.lenders.states.find((one) => one.card === uuid);
    if (found === undefined) throw new Error(`lending world: nobody lends ${uuid}`);
    return found;
  }

  /** Gives a card a job that runs until it is told to stop, and waits until it runs. */
  async work(uuid: string): Promise<Offer> {
    const { market } = this.practice;
    const name = nameOfWork(uuid);
    this.engine.scripts.set(name, { runMs: 'until-stopped' });
    const network = this.practice.of(uuid);
    // Two chains in memory would give the same addresses.
    const addresses = { run: throwawaySigner().address, job: throwawaySigner().address };
    const offer = network.jobs.assign(job([operation(name, { gpu: true })]), {
      ...addresses,
      market,
    });
    network.session(market).offer(offer);
    await until(() => this.engine.running().includes(name));
    return offer;
  }

  /** The job of a card comes to its end by itself. */
  async finishWork(uuid: string): Promise<void> {
    const before = this.closed;
    this.engine.exit(nameOfWork(uuid), 0);
    await until(() => this.closed > before);
  }

  /** Stops the host; resolves once that is done. */
  async stop(options: { readonly handBack: boolean }): Promise<void> {
    this.#isStopping = true;
    let isOver = false;
    void this.lending.stop(options).then(() => (isOver = true));
    await until(() => isOver);
  }

  async end(): Promise<void> {
    if (!this.#isStopping) await this.stop({ handBack: false });
    this.#db.close();
    rmSync(this.#home, { recursive: true, force: true });
  }

  #open(): Lending {
    return new Lending({
      providers: { practice: this.practice, mainnet: this.mainnet },
      wanted: () => readNetworkChoices(this.settings).kind,
      common: () => this.#common(),
      build: (provider) => this.#lenderOf(provider.id === 'mainnet' ? this.mainnet : this.practice),
      unsettled: (network) => this.#history.unsettled(network),
      cooling: (card) => this.hot.get(card) ?? null,
      measuring: (card) => this.measured.has(card),
      onChange: () => this.#checkSoon(),
      onNetwork: () => this.#check(),
      log: (_level, message) => this.logged.push(message),
    });
  }

  #lenderOf(provider: FakeProvider): LendersParts['build'] {
    return ({ signer }, cardOf) =>
      new Lender({
        network: provider.at(signer.address),
        market: provider.market,
        version: '1.0.0',
        card: cardOf,
        jobs: {
          db: this.#db,
          home: this.#home,
          engine: this.engine,
          resources: this.#resources,
        },
        doors: { keepDoor: () => Promise.resolve(), endDoor: () => Promise.resolve() },
        nodeInfo: () => NODE_INFO,
        dealings: () => null,
        common: () => this.#common(),
        onChange: () => this.#checkSoon(),
        onClosed: () => (this.closed += 1),
        log: (_level, message) => this.logged.push(message),
      });
  }

  #common(): CommonFacts {
    return {
      stopping: this.#isStopping,
      lending: this.isLent,
      engine: 'ready',
      leaving: this.lending.isLeaving,
    };
  }

  #checkSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      this.#check();
    });
  }

  #check(): void {
    if (!this.#isStopping) this.lending.check();
  }
}

function nameOfWork(uuid: string): string {
  return `work-of-${uuid}`;
}

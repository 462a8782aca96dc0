import type { Log } from '../contract/log.ts';
import type { NetworkKind } from '../contract/network-choices.ts';
import type { LentCard } from '../jobs/passport.ts';
import type { NetworkProvider } from '../network/provider.ts';
import type { PublishedThresholds } from '../readiness/limits.ts';
import type { CommonFacts } from './lender.ts';
import { Lenders, type LendersParts } from './lenders.ts';

export interface LendingParts {
  readonly providers: Readonly<Record<NetworkKind, NetworkProvider>>;
  /** The network that the owner wants. */
  readonly wanted: () => NetworkKind;
  readonly common: () => CommonFacts;
  readonly build: (provider: NetworkProvider) => LendersParts['build'];
  /** Addresses of a network's identities that have runs without a receipt. */
  readonly unsettled: (network: string) => readonly string[];
  readonly cooling: LendersParts['cooling'];
  readonly measuring: LendersParts['measuring'];
  readonly onChange: () => void;
  /** The network came up, went away, or is another one. */
  readonly onNetwork: () => void;
  readonly log: Log;
}

/** Lends on the network that the owner chose; to change it, the run in hand is waited for. */
export class Lending {
  readonly #parts: LendingParts;
  #kind: NetworkKind;
  #lenders: Lenders;
  #cards: readonly LentCard[] = [];
  #changing: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: LendingParts) {
    this.#parts = parts;
    this.#kind = parts.wanted();
    this.#lenders = this.#open();
  }

  get provider(): NetworkProvider {
    return this.#parts.providers[this.#kind];
  }

  get lenders(): Lenders {
    return this.#lenders;
  }

  /** True from the owner's choice of another network until it is the one at work. */
  get isLeaving(): boolean {
    return this.#parts.wanted() !== this.#kind || this.#changing !== null;
  }

  start(): void {
    this.#lenders.start();
    this.#lenders.see(this.#cards);
  }

  see(cards: readonly LentCard[]): void {
    this.#cards = cards;
    this.#lenders.see(cards);
  }

  /** Acts on the facts; call it after any change. */
  check(): void {
    if (this.#stopped || this.#changing !== null) return;
    if (this.#parts.wanted() !== this.#kind && !this.#lenders.isBusy) {
      this.#changing = this.#change().finally(() => {
        this.#changing = null;
        this.#parts.onNetwork();
      });
      return;
    }
    this.#lenders.check();
  }

  /** What the network publishes that it asks of a computer; null where it does not, or not yet. */
  async thresholds(signal: AbortSignal): Promise<PublishedThresholds | null> {
    const asked = this.#lenders.list.map((lender) => lender.thresholds(signal));
    const markets = (await Promise.all(asked)).filter((market) => market !== null);
    return markets.length === 0 ? null : { at: Date.now(), everywhere: {}, markets };
  }

  async stop(options: { readonly handBack: boolean }): Promise<void> {
    this.#stopped = true;
    await this.#changing;
    await this.#lenders.stop(options);
  }

  async #change(): Promise<void> {
    await this.#lenders.stop({ handBack: true });
    this.#kind = this.#parts.wanted();
    this.#lenders = this.#open();
    this.#parts.log('info', 'works on another network', { network: this.provider.id });
    if (!this.#stopped) this.start();
  }

  #open(): Lenders {
    const { provider } = this;
    const { build, unsettled, cooling, measuring, onChange, onNetwork, log } = this.#parts;
    return new Lenders({
      provider,
      build: build(provider),
      unsettled: () => unsettled(provider.id),
      cooling,
      measuring,
      onChange,
      onNetwork,
      log,
    });
  }
}

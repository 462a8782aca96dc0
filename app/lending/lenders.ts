import type { IdentityState } from '../contract/identity-state.ts';
import { type ErrorReport, OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Log } from '../contract/log.ts';
import type { LentCard } from '../jobs/passport.ts';
import type {
  Identity,
  NetworkAddress,
  NetworkProvider,
  TunnelAddress,
} from '../network/provider.ts';
import type { Cooling } from '../availability/thermal-guard.ts';
import { leadingOf } from './leading.ts';
import type { CardOf, Lender } from './lender.ts';

export interface LendersParts {
  readonly provider: NetworkProvider;
  /** The lender of one identity, built and wired; its card is asked for again and again. */
  readonly build: (identity: Identity, card: CardOf) => Lender;
  /** Addresses that have runs without a receipt: they go on, whatever became of their card. */
  readonly unsettled: () => readonly string[];
  /** Why a card (its UUID) is not lent now though it is there; null where it may be. */
  readonly cooling: (card: string) => Cooling | null;
  readonly measuring: (card: string) => boolean;
  readonly onChange: () => void;
  /** The network came up or went away. */
  readonly onNetwork: () => void;
  readonly log: Log;
}

/** All identities of this host on one network: one for each card, and the network under them. */
export class Lenders {
  readonly #parts: LendersParts;
  readonly #lenders = new Map<string, Lender>();
  readonly #cardOf = new Map<string, string | null>();
  /** By card: the address that lends it now. The owner may give a card another key. */
  readonly #holderOf = new Map<string, string>();
  #cards: readonly LentCard[] = [];
  #address: NetworkAddress | null = null;
  #away: Problem | null = null;
  #problem: ErrorReport | null = null;
  #world: { stop(): Promise<void> } | null = null;
  #looking: Promise<void> = Promise.resolve();
  #reaching: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: LendersParts) {
    this.#parts = parts;
  }

  get list(): readonly Lender[] {
    return [...this.#lenders.values()];
  }

  get states(): readonly IdentityState[] {
    return this.list.map((lender) => lender.state());
  }

  /** Why there is no identity for a card, e.g. keys that are locked; null while well. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /**
   * The lender with this address; null: the leading one. Throws `wallet.unknown-address`; where
   * there is none at all, why, e.g. `wallet.locked`, or `network.not-connected`.
   */
  find(address: string | null): Lender {
    const wanted = address ?? leadingOf(this.states)?.address;
    const found = this.list.find((lender) => lender.address === wanted);
    if (found !== undefined) return found;
    if (address !== null) throw new OffpeakError('wallet.unknown-address');
    const { code, message, remedy } = this.#problem ?? notConnected();
    throw new OffpeakError(code, { message, remedy });
  }

  /** Where the network publishes ports now; null where it does not. */
  get tunnel(): TunnelAddress | null {
    return this.#address?.tunnel ?? null;
  }

  /** Whether the chain can be read, and why not. */
  get connection(): { readonly connected: boolean; readonly problem: Problem | null } {
    const states = this.list.map(({ membership }) => membership.connection);
    const problem = states.find((state) => typeof state === 'object') ?? this.#away;
    return { connected: states.some((state) => state === 'connected'), problem };
  }

  get isBusy(): boolean {
    return this.list.some(({ jobs }) => jobs.current() !== null);
  }

  /** Whether a job uses this card. */
  isWorking(card: string): boolean {
    return this.list.some((lender) => lender.card === card && lender.jobs.current() !== null);
  }

  /** Brings the network up; identities come with `see`. */
  start(): void {
    const { provider, onNetwork } = this.#parts;
    this.#world = provider.start({
      onUp: (address) => {
        this.#address = address;
        this.#away = null;
        for (const lender of this.list) void lender.connect(address);
        onNetwork();
      },
      onDown: (problem) => {
        this.#address = null;
        this.#away = problem;
        for (const { membership } of this.list) membership.disconnect(problem);
        onNetwork();
      },
    });
  }

  /** The cards that are in the computer now: each gets an identity, and keeps it. */
  see(cards: readonly LentCard[]): void {
    this.#cards = cards;
    // One look after the other: two at once would make two keys for a card that is new.
    this.#looking = this.#looking.then(() => this.#look());
  }

  /** Keys were opened or cards assigned: looks again. */
  lookAgain(): void {
    this.see(this.#cards);
  }

  async #look(): Promise<void> {
    const { provider, unsettled } = this.#parts;
    if (this.#stopped) return;
    try {
      const cards = this.#cards.map(({ uuid }) => uuid);
      for (const identity of await provider.identities(cards)) this.#take(identity);
      for (const address of unsettled()) {
        const identity = this.#lenders.has(address) ? null : provider.identity(address);
        if (identity !== null) this.#take(identity);
      }
      this.#problem = null;
    } catch (error) {
      this.#problem = toErrorReport(error);
    }
    this.check();
    this.#parts.onChange();
  }

  /** Call after any change of the facts. */
  check(): void {
    for (const lender of this.list) lender.check();
  }

  retryNow(): void {
    for (const { membership } of this.list) membership.retryNow();
  }

  lend(lending: boolean): void {
    for (const lender of this.list) lender.lend(lending);
  }

  /** The owner set other servers: brings the network up anew, with them. */
  reach(): Promise<void> {
    // One after the other: two at once would bring it up twice, and leave one of them behind.
    const again = this.#reaching.then(async () => {
      await this.#world?.stop();
      if (!this.#stopped) this.start();
    });
    this.#reaching = again.catch(() => undefined);
    return again;
  }

  /** Stops all identities, then the network. */
  async stop(options: { readonly handBack: boolean }): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#looking, this.#reaching]);
    await Promise.all(this.list.map((lender) => lender.stop(options)));
    await this.#world?.stop();
  }

  #take({ signer, card }: Identity): void {
    const { address } = signer;
    if (this.#stopped) return;
    this.#cardOf.set(address, card);
    if (card !== null) this.#holderOf.set(card, address);
    if (this.#lenders.has(address)) return;
    const lender = this.#parts.build(
      { signer, card },
      {
        id: () => this.#cardOf.get(address) ?? null,
        present: () => this.#presentCard(address),
        cooling: () => this.#parts.cooling(this.#cardOf.get(address) ?? ''),
        measuring: () => this.#parts.measuring(this.#cardOf.get(address) ?? ''),
      },
    );
    this.#lenders.set(address, lender);
    lender.start();
    if (this.#address !== null) void lender.connect(this.#address);
    else if (this.#away !== null) lender.membership.disconnect(this.#away);
    this.#parts.log('info', 'an identity lends', { address, card });
  }

  #presentCard(address: string): LentCard | null {
    const id = this.#cardOf.get(address) ?? '';
    // Two identities that lend one card would get two jobs for it at once.
    if (this.#holderOf.get(id) !== address) return null;
    return this.#cards.find(({ uuid }) => uuid === id) ?? null;
  }
}

function notConnected(): ErrorReport {
  return new OffpeakError('network.not-connected').toReport();
}

import type { Problem } from '../../../app/contract/gpu.ts';
import { OffpeakError, type ErrorCode } from '../../../app/contract/errors.ts';
import type {
  Identity,
  NetworkAddress,
  NetworkEvents,
  NetworkProvider,
} from '../../../app/network/provider.ts';
import { FakeNetwork } from '../network/fake-network.ts';
import { CardNetwork } from './card-network.ts';

export const SOMEWHERE: NetworkAddress = {
  rpc: [{ rpcUrl: 'http://chain.invalid', wsUrl: 'ws://chain.invalid' }],
  gateways: ['http://content.invalid'],
  pinUrl: 'http://content.invalid',
  hostManagerUrl: null,
  tunnel: null,
};

/** A network in memory with a key for each card, which a test brings up and takes away. */
export class FakeProvider implements NetworkProvider {
  readonly id: string;
  readonly label: string;
  readonly practice: boolean;
  readonly genesisRule = 'practice';
  readonly market = 'MarketOfAll';
  /** Where set, there are no keys to be had. */
  locked: ErrorCode | null = null;
  /** The most that asked for keys at the same time: each of two would make one for a new card. */
  mostAtOnce = 0;
  /** How often it was brought up. */
  starts = 0;
  readonly #note: (event: string) => void;
  readonly #cards = new Map<string | null, CardNetwork>();
  /** Keys that were taken from their cards. */
  readonly #former: CardNetwork[] = [];
  #events: NetworkEvents | null = null;
  #asking = 0;

  /** `note` hears what happens, e.g. `practice up`, `GPU-1 join`, `practice stopped`. */
  constructor(id: string, note: (event: string) => void = () => undefined) {
    this.id = id;
    this.label = id;
    this.practice = id === 'practice';
    this.#note = note;
  }

  /** The network of a card, under the key of that card. */
  of(card: string): CardNetwork {
    const known = this.#cards.get(card);
    if (known !== undefined) return known;
    const jobs = new FakeNetwork({ now: () => Date.now(), id: this.id, practice: this.practice });
    const network = new CardNetwork(jobs, (call) => this.#note(`${card} ${call}`));
    this.#cards.set(card, network);
    return network;
  }

  /** The network of an address. */
  at(address: string): CardNetwork {
    const found = [...this.#cards.values(), ...this.#former].find(({ host }) => host === address);
    if (found === undefined) throw new Error(`fake provider: no key ${address}`);
    return found;
  }

  /** The owner gives the card another key. */
  rekey(card: string): CardNetwork {
    this.#former.push(this.of(card));
    this.#cards.delete(card);
    return this.of(card);
  }

  async identities(cards: readonly string[]): Promise<Identity[]> {
    // The real ones come from a file, with time for others in between.
    this.#asking += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#asking);
    await new Promise((resolve) => setImmediate(resolve));
    this.#asking -= 1;
    if (this.locked !== null) throw new OffpeakError(this.locked);
    return cards.map((card) => ({ signer: this.of(card).jobs.signer, card }));
  }

  identity(address: string): Identity | null {
    for (const [card, { jobs }] of this.#cards) {
      if (jobs.host === address) return { signer: jobs.signer, card };
    }
    return null;
  }

  images(): [] {
    return [];
  }

  start(events: NetworkEvents): { stop(): Promise<void> } {
    this.starts += 1;
    this.#note(`${this.id} started`);
    this.#events = events;
    return {
      stop: () => {
        this.#note(`${this.id} stopped`);
        this.#events = null;
        return Promise.resolve();
      },
    };
  }

  up(): void {
    this.#events?.onUp(SOMEWHERE);
  }

  down(problem: Problem): void {
    this.#events?.onDown(problem);
  }
}

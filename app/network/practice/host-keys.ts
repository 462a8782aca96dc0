import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { keypairSigner } from '../../adapters/solana/signer.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import type { Identity } from '../provider.ts';
import { newSecretKey, openKeys, type PracticeKeys, SecretKey } from './keys.ts';

const CardsFile = z.object({
  /** The card that has the practice network's first key; null before there was a card. */
  first: z.string().nullable(),
  /** Keys of further cards, by their UUIDs. */
  others: z.record(z.string(), SecretKey),
});
type CardsFile = z.infer<typeof CardsFile>;

/** Opens the keys of the practice network's hosts in its folder, with those of the network itself. */
export function openHostKeys(folder: string): PracticeKeys & { readonly hosts: HostKeys } {
  const keys = openKeys(join(folder, 'keys.json'));
  return { ...keys, hosts: new HostKeys(join(folder, 'cards.json'), keys.host) };
}

/** Addresses of practice keys, which must never work anywhere else; none before the first start. */
export function practiceAddresses(folder: string): string[] {
  if (!existsSync(join(folder, 'keys.json'))) return [];
  const { host, poster, market, hosts } = openHostKeys(folder);
  return [host, poster, market, ...hosts.others()].map(({ address }) => address);
}

/** One practice key for each card; the first serves where there is no card, too. */
class HostKeys {
  readonly #file: string;
  readonly #first: Signer;

  constructor(file: string, first: Signer) {
    this.#file = file;
    this.#first = first;
  }

  /** The identities of these cards (UUIDs), in their order; a card that is new gets a key. */
  forCards(cards: readonly string[]): Identity[] {
    if (cards.length === 0) return [{ signer: this.#first, card: null }];
    return cards.map((card) => ({ signer: this.#signerOf(card), card }));
  }

  /** Null where no card ever had this address. */
  byAddress(address: string): Identity | null {
    const { first, others } = this.#read();
    if (address === this.#first.address) return { signer: this.#first, card: first };
    const found = Object.entries(others)
      .map(([card, key]) => ({ signer: signerOf(key), card }))
      .find(({ signer }) => signer.address === address);
    return found ?? null;
  }

  /** All but the first. */
  others(): Signer[] {
    return Object.values(this.#read().others).map(signerOf);
  }

  #signerOf(card: string): Signer {
    const kept = this.#read();
    const first = kept.first ?? card;
    if (kept.first === null) this.#write({ ...kept, first });
    if (first === card) return this.#first;
    const key = kept.others[card] ?? newSecretKey();
    if (kept.others[card] === undefined) {
      this.#write({ ...kept, first, others: { ...kept.others, [card]: key } });
    }
    return signerOf(key);
  }

  #read(): CardsFile {
    if (!existsSync(this.#file)) return { first: null, others: {} };
    return CardsFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
  }

  #write(cards: CardsFile): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.new`, JSON.stringify(cards), { mode: 0o600, flush: true });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function signerOf(key: readonly number[]): Signer {
  return keypairSigner(Uint8Array.from(key));
}

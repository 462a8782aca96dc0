import type { Signer } from '../adapters/solana/types.ts';
import { keypairSigner } from '../adapters/solana/signer.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { IdentityView, VaultState } from '../contract/identities.ts';
import { readKeyFile } from './key-file.ts';
import {
  type Cost,
  CURRENT_COST,
  isMasterOf,
  isWeaker,
  lockMaster,
  newMaster,
  openMaster,
} from './passphrase-lock.ts';
import { seal, unseal } from './seal.ts';
import { addressOf, newSecretKey } from './secret-key.ts';
import { changeVault, readVault, type VaultContent } from './vault-file.ts';

/** What a vault gets from outside. */
export interface VaultOptions {
  /** True for addresses of the practice network, whose keys are never taken in. */
  readonly isPractice: (address: string) => boolean;
  /** UTC milliseconds. */
  readonly now?: () => number;
  /** Cost of one try at the passphrase; tests take less. */
  readonly cost?: Cost;
}

/** What came of an import. */
export interface Imported {
  readonly identity: IdentityView;
  /** True where the vault had this key already: nothing was changed then. */
  readonly known: boolean;
  /** True where other users of this computer can read the key file. */
  readonly readableByOthers: boolean;
}

/** The keys of the real network in one file, for as long as this process lives. Starts locked. */
export function openVault(file: string, options: VaultOptions): Vault {
  return new Vault(file, options);
}

/**
 * One master key, which a passphrase opens, and under it each secret key. Addresses, labels and
 * cards can be read while it is locked. The file is read anew at every call: another Offpeak, or
 * the command line, may have changed it.
 */
class Vault {
  readonly #file: string;
  readonly #options: Required<VaultOptions>;
  #master: Buffer | null = null;
  /** The end of the last try: tries go one after the other, as each takes 128 MiB. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string, options: VaultOptions) {
    this.#file = file;
    this.#options = { now: Date.now, cost: CURRENT_COST, ...options };
  }

  /** Throws `wallet.vault-damaged`, as everything here that reads the file. */
  state(): VaultState {
    const content = readVault(this.#file);
    if (content === null) return 'none';
    return this.#masterOf(content) === null ? 'locked' : 'open';
  }

  /** All keys by what may be known of them, oldest first. */
  identities(): IdentityView[] {
    return (readVault(this.#file)?.keys ?? []).map(viewOf);
  }

  /** The key that works with this card; for null, the oldest that no card has. */
  identityFor(card: string | null): IdentityView | null {
    return this.identities().find((identity) => identity.card === card) ?? null;
  }

  /** A first, empty vault, open. Throws `wallet.vault-exists`, `wallet.weak-passphrase`. */
  async create(passphrase: string): Promise<void> {
    await this.#inTurn(async () => {
      if (readVault(this.#file) !== null) throw new OffpeakError('wallet.vault-exists');
      const { master, mark } = newMaster();
      const lock = await lockMaster(master, passphrase, this.#options.cost);
      await changeVault(this.#file, (content) => {
        if (content !== null) throw new OffpeakError('wallet.vault-exists');
        return { version: 1, lock, mark, keys: [] };
      });
      this.#keep(master);
    });
  }

  /** Throws `wallet.wrong-passphrase`, `wallet.no-vault`. */
  async unlock(passphrase: string): Promise<void> {
    await this.#inTurn(async () => {
      const { lock } = existing(readVault(this.#file));
      const master = await openMaster(lock, passphrase);
      this.#keep(master);
      if (isWeaker(lock, this.#options.cost)) await this.#relock(master, passphrase);
    });
  }

  /** Wipes the master key; every signer of this vault stops signing. */
  lock(): void {
    this.#master?.fill(0);
    this.#master = null;
  }

  /** Seals the master key anew; the keys under it stay as they are. Throws `wallet.…`. */
  async changePassphrase(from: string, to: string): Promise<void> {
    await this.#inTurn(async () => {
      const master = await openMaster(existing(readVault(this.#file)).lock, from);
      try {
        await this.#relock(master, to);
      } finally {
        master.fill(0);
      }
    });
  }

  /** A new key. Throws `wallet.locked`. */
  async createKey(label: string): Promise<IdentityView> {
    const secret = newSecretKey();
    try {
      return (await this.#add(secret, label)).identity;
    } finally {
      secret.fill(0);
    }
  }

  /**
   * Takes in the key of a file, once however often it is asked. Throws `wallet.key-file-…`,
   * `wallet.practice-key`, `wallet.locked`.
   */
  async importFile(path: string, label: string): Promise<Imported> {
    const { secret, readableByOthers } = readKeyFile(path);
    try {
      return { ...(await this.#add(secret, label)), readableByOthers };
    } finally {
      secret.fill(0);
    }
  }

  /** Gives a key to a card, or to none. Throws `wallet.unknown-address`, `wallet.card-taken`. */
  async assign(address: string, card: string | null): Promise<void> {
    known(existing(readVault(this.#file)), address);
    await changeVault(this.#file, (before) => {
      const content = existing(before);
      const holder = content.keys.find((key) => card !== null && key.card === card);
      if (holder !== undefined && holder.address !== address) {
        throw new OffpeakError('wallet.card-taken', {
          message: `The address ${holder.address} works with this card already.`,
          remedy: `Give it no card first: "offpeak keys assign ${holder.address} none".`,
        });
      }
      const keys = content.keys.map((key) => (key.address === address ? { ...key, card } : key));
      return { ...content, keys };
    });
  }

  /**
   * Signs for an address while the vault is open; the key is unsealed for each signature alone.
   * Throws `wallet.locked`, `wallet.unknown-address`, and so does `sign` after `lock()`.
   */
  signer(address: string): Signer {
    this.#unsealed(address).fill(0);
    return {
      address,
      sign: (message) => {
        const secret = this.#unsealed(address);
        try {
          return keypairSigner(secret).sign(message);
        } finally {
          secret.fill(0);
        }
      },
    };
  }

  #unsealed(address: string): Buffer {
    const content = existing(readVault(this.#file));
    const { secret } = known(content, address);
    const bytes = unseal(this.#open(content), secret, address);
    if (bytes?.length !== 64) throw new OffpeakError('wallet.vault-damaged');
    return bytes;
  }

  async #add(secret: Buffer, label: string): Promise<Omit<Imported, 'readableByOthers'>> {
    const address = addressOf(secret);
    if (this.#options.isPractice(address)) throw new OffpeakError('wallet.practice-key');
    this.#open(existing(readVault(this.#file)));
    const fresh = { address, label, card: null, createdAt: this.#options.now() };
    let isKnown = true;
    const content = await changeVault(this.#file, (before) => {
      const { keys, ...rest } = existing(before);
      isKnown = keys.some((key) => key.address === address);
      const sealed = { ...fresh, secret: seal(this.#open({ keys, ...rest }), secret, address) };
      return { ...rest, keys: isKnown ? keys : [...keys, sealed] };
    });
    return { identity: viewOf(known(content, address)), known: isKnown };
  }

  async #relock(master: Buffer, passphrase: string): Promise<void> {
    const lock = await lockMaster(master, passphrase, this.#options.cost);
    await changeVault(this.#file, (before) => {
      const content = existing(before);
      if (!isMasterOf(content.mark, master)) throw new OffpeakError('wallet.wrong-passphrase');
      return { ...content, lock };
    });
  }

  #open(content: VaultContent): Buffer {
    const master = this.#masterOf(content);
    if (master === null) throw new OffpeakError('wallet.locked');
    return master;
  }

  /** The file may have been replaced by another vault: a key sealed for the old one would be lost. */
  #masterOf({ mark }: VaultContent): Buffer | null {
    return this.#master !== null && isMasterOf(mark, this.#master) ? this.#master : null;
  }

  #keep(master: Buffer): void {
    this.lock();
    this.#master = master;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
export type { Vault };

function existing(content: VaultContent | null): VaultContent {
  if (content === null) throw new OffpeakError('wallet.no-vault');
  return content;
}

function known(content: VaultContent, address: string): VaultContent['keys'][number] {
  const key = content.keys.find((one) => one.address === address);
  if (key === undefined) throw new OffpeakError('wallet.unknown-address');
  return key;
}

function viewOf({ address, label, card, createdAt }: IdentityView): IdentityView {
  return { address, label, card, createdAt };
}

import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import type { NetworkChanges, NetworkChoices, NetworkKind } from '../contract/network-choices.ts';
import type { HostState } from '../contract/state.ts';
import { readNetworkChoices, writeNetworkChoices } from '../storage/network-choices.ts';
import { readChoices } from '../storage/owner-choices.ts';
import type { Settings } from '../storage/settings.ts';
import { givenPassphrase } from '../wallet/given-passphrase.ts';
import type { Imported, Vault } from '../wallet/vault.ts';
import type { Lender } from './lender.ts';
import type { Lending } from './lending.ts';

interface NetworkOwnerParts {
  readonly settings: Settings;
  readonly vault: Vault;
  readonly lending: Lending;
  readonly log: Log;
  readonly show: (slices: Pick<HostState, 'settings' | 'vault'>) => void;
}

/** What the owner does about the network and its keys, each with its effect at once. */
export class NetworkOwner {
  readonly #parts: NetworkOwnerParts;

  constructor(parts: NetworkOwnerParts) {
    this.#parts = parts;
  }

  /** The slices that this is about, as they are now. */
  get slices(): Pick<HostState, 'settings' | 'vault'> {
    const { settings, vault } = this.#parts;
    return {
      settings: readChoices(settings),
      vault: { state: vault.state(), identities: vault.identities() },
    };
  }

  /** One of the identities; null: the leading one. Throws what `Lenders.find` throws. */
  lender(address: string | null): Lender {
    return this.#parts.lending.lenders.find(address);
  }

  /** The owner has read what is and is not known about mainnet. */
  async acknowledge(): Promise<NetworkChoices> {
    writeNetworkChoices(this.#parts.settings, { acknowledgedAt: Date.now() });
    return await this.#chosen();
  }

  /** Throws `network.not-acknowledged` for mainnet before it was read about. */
  async chooseNetwork(kind: NetworkKind): Promise<NetworkChoices> {
    const { settings } = this.#parts;
    if (kind === 'mainnet' && readNetworkChoices(settings).acknowledgedAt === null) {
      throw new OffpeakError('network.not-acknowledged');
    }
    writeNetworkChoices(settings, { kind });
    return await this.#chosen();
  }

  /** New servers are used at once; a run in hand goes on over them. */
  async change(changes: NetworkChanges): Promise<NetworkChoices> {
    const { settings, lending } = this.#parts;
    writeNetworkChoices(settings, changes);
    const { rpcUrls, gateways, pinUrl, pinToken } = changes;
    const hasServers = [rpcUrls, gateways, pinUrl, pinToken].some((one) => one !== undefined);
    if (hasServers && !lending.provider.practice) await lending.lenders.reach();
    return await this.#chosen();
  }

  /** Throws `wallet.vault-exists`, `wallet.weak-passphrase`. */
  async createVault(passphrase: string): Promise<void> {
    await this.#parts.vault.create(passphrase);
    this.#act();
  }

  /** Throws `wallet.wrong-passphrase`, `wallet.no-vault`. */
  async unlock(passphrase: string): Promise<void> {
    await this.#parts.vault.unlock(passphrase);
    this.#act();
  }

  /** With the passphrase that was given to a host that nobody sits at; nothing without one. */
  unlockUnattended(env: NodeJS.ProcessEnv): void {
    const { vault, log } = this.#parts;
    const unlock = async (): Promise<void> => {
      const passphrase = vault.state() === 'locked' ? givenPassphrase(env) : null;
      if (passphrase !== null) await this.unlock(passphrase);
    };
    unlock().catch((error: unknown) => {
      const { code, message } = toErrorReport(error);
      log('error', `The keys stay locked: ${message}`, { code });
    });
  }

  /** Nothing is signed any more, also for a run in hand, until they are unlocked again. */
  lock(): void {
    this.#parts.vault.lock();
    this.#act();
  }

  /** Throws `wallet.key-file-…`, `wallet.practice-key`, `wallet.locked`. */
  async importKey(path: string, label: string): Promise<Imported> {
    const imported = await this.#parts.vault.importFile(path, label);
    this.#act();
    return imported;
  }

  /** Throws `wallet.unknown-address`, `wallet.card-taken`. */
  async assign(address: string, card: string | null): Promise<void> {
    await this.#parts.vault.assign(address, card);
    this.#act();
  }

  #chosen(): Promise<NetworkChoices> {
    this.#act();
    return Promise.resolve(readNetworkChoices(this.#parts.settings));
  }

  /** Views see it, and what waited for it goes on. */
  #act(): void {
    const { lending, show } = this.#parts;
    show(this.slices);
    lending.lenders.lookAgain();
    lending.lenders.retryNow();
    lending.check();
  }
}

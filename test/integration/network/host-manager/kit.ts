import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRpc } from '../../../../app/adapters/solana/rpc.ts';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { SolanaRpc } from '../../../../app/adapters/solana/solana-rpc.ts';
import { createTrial } from '../../../../app/adapters/solana/trial.ts';
import type { Signer } from '../../../../app/adapters/solana/types.ts';
import { MAX_KEY_LAMPORTS } from '../../../../app/network/host-manager/access-key-desk.ts';
import { type Clock, systemClock } from '../../../../app/network/host-manager/clock.ts';
import {
  type AdmissionOptions,
  type HostManagerDealings,
  openAdmission,
} from '../../../../app/network/host-manager/open-admission.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { accessKeyOf, plantAccessKey } from '../../../../app/network/practice/access-key.ts';
import { practiceBenchmark } from '../../../../app/network/practice/benchmark.ts';
import { type PracticeChain, startChain } from '../../../../app/network/practice/chain.ts';
import { found, fundHost } from '../../../../app/network/practice/founding.ts';
import { openKeys, type PracticeKeys } from '../../../../app/network/practice/keys.ts';
import { sender } from '../../../../app/network/practice/send.ts';
import {
  type HostManagerStandIn,
  startHostManager,
} from '../../../../app/network/stand-ins/host-manager.ts';
import { createKeyMint } from '../../../../app/network/stand-ins/key-mint.ts';
import { memorySettings } from '../../../fakes/network/memory-settings.ts';

const assets = join(import.meta.dirname, '..', '..', '..', '..', 'assets', 'practice');

/** A real local chain with the practice market on it, and the host manager that keeps its door. */
export interface Door {
  readonly chain: PracticeChain;
  readonly rpc: SolanaRpc;
  readonly keys: PracticeKeys;
  readonly authority: Signer;
  readonly collection: string;
  readonly mint: string;
  readonly manager: HostManagerStandIn;
  /** A host that nobody knows yet; with the same signer and settings, one after a restart. */
  host(options?: Partial<AdmissionOptions>): Guest;
  stop(): Promise<void>;
}

export interface Guest extends HostManagerDealings {
  readonly signer: Signer;
  readonly settings: ReturnType<typeof memorySettings>;
  admit(): ReturnType<HostManagerDealings['admission']['admit']>;
}

/** Waits as any clock, a hundred times as fast: back-offs are not what is looked at here. */
const hastyClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

/** `keyed`: false opens the market to everybody, as practice folders of old have it. */
export async function openDoor({ keyed = true } = {}): Promise<Door> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-door-'));
  const keys = openKeys(join(folder, 'keys.json'));
  const chain = await startChain({
    programFolder: assets,
    snapshotFile: join(folder, 'chain.json.gz'),
    slotTimeMs: 50,
  });
  const rpc = createRpc(chain.rpcUrl);
  const authority = throwawaySigner();
  const key = accessKeyOf(keys.market.address);
  plantAccessKey(chain, key, authority.address);
  await found(chain, keys, sender(rpc), ...(keyed ? [key.collection] : []));
  const market = keys.market.address;
  const manager = await startHostManager({
    file: join(folder, 'hosts.json'),
    market: { address: market, name: 'Practice market' },
    benchmark: practiceBenchmark('offpeak/practice:1'),
    keyMint: createKeyMint({ rpc, market, mint: key.mint, authority }),
    equip: (host) => fundHost(chain, rpc, host),
    rpcUrl: chain.rpcUrl,
    controls: true,
  });
  const genesis = await rpc.getGenesisHash();
  const guests: Guest[] = [];
  return {
    ...{ chain, rpc, keys, authority, manager },
    ...key,
    host: (options = {}) => {
      const { signer = throwawaySigner(), settings = memorySettings() } = options;
      const dealings = openAdmission({
        baseUrl: manager.url,
        programs: NOSANA_PROGRAMS,
        contact: () => ({ email: 'a@example.org', discord: null, twitter: null }),
        version: '1.0.0',
        wantedMarket: () => null,
        runBenchmark: () => Promise.resolve(result()),
        chain: () => ({ rpc, genesis, trial: createTrial([chain.rpcUrl]) }),
        limits: () => ({ maxFeeLamports: 100_000n, maxLamports: MAX_KEY_LAMPORTS }),
        clock: hastyClock,
        ...options,
        signer,
        settings,
      });
      const guest: Guest = {
        ...dealings,
        signer,
        settings: settings as Guest['settings'],
        admit: () => dealings.admission.admit(new AbortController().signal),
      };
      guests.push(guest);
      return guest;
    },
    stop: async () => {
      for (const { admission } of guests) admission.stop();
      await manager.close();
      await chain.stop();
    },
  };
}

/** The result document of a benchmark that ran for three seconds. */
export function result(status = 'success'): object {
  return { status, startTime: 1_000, endTime: 4_000, secrets: {}, opStates: [] };
}

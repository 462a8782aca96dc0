import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OffpeakError } from '../../contract/errors.ts';
import { NOSANA_PROGRAMS } from '../nosana/programs.ts';
import { exportAccounts, readSnapshot, type Snapshot, writeSnapshot } from './snapshot.ts';
import { startSurfnet, type Surfnet } from './surfpool.ts';

/** The real network's pace, so that confirmations feel real. */
const SLOT_MS = 400;

/** How often the chain's events are read; unread ones would freeze it. */
const DRAIN_MS = 100;

/** Our stand-ins for Nosana's programs (build/program), and the addresses they answer at. */
const PROGRAMS = [
  { programId: NOSANA_PROGRAMS.jobs, file: 'market.so' },
  { programId: NOSANA_PROGRAMS.staking, file: 'staking.so' },
] as const;

/** The local chain with our programs on it, its accounts kept in a file. */
export interface PracticeChain {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  /** False when the accounts came from the file: nothing needs to be founded. */
  readonly fresh: boolean;
  /** Writes an account as it is, with the rent it needs. */
  put(address: string, account: { owner: string; data: Uint8Array }): void;
  fundSol(address: string, lamports: number): void;
  /** Creates the token account where missing and sets its amount in base units. */
  fundToken(owner: string, mint: string, amount: number): void;
  /** Writes what changed and stops the chain. */
  stop(): Promise<void>;
}

/**
 * Starts the chain and puts back the accounts of last time. Every change is written to the file
 * within a fraction of a second, so that even a killed process loses next to nothing.
 * Throws `practice.*`.
 */
export async function startChain(options: {
  /** Where the built programs lie. */
  programFolder: string;
  snapshotFile: string;
  /** A test may let time run faster. */
  slotTimeMs?: number;
}): Promise<PracticeChain> {
  const surfnet = startSurfnet(options.slotTimeMs ?? SLOT_MS);
  for (const { programId, file } of PROGRAMS) {
    surfnet.deploy({ programId, soBytes: readProgram(join(options.programFolder, file)) });
  }
  const pristine = await exportAccounts(surfnet.rpcUrl);
  const kept = readSnapshot(options.snapshotFile);
  if (kept) restore(surfnet, kept);
  const keeper = keepSnapshot(surfnet, { file: options.snapshotFile, pristine });
  return {
    rpcUrl: surfnet.rpcUrl,
    wsUrl: surfnet.wsUrl,
    fresh: kept === null,
    put(address, { owner, data }) {
      surfnet.setAccount(address, rentLamports(data.length), [...data], owner);
    },
    fundSol: (address, lamports) => surfnet.fundSol(address, lamports),
    fundToken: (owner, mint, amount) => surfnet.fundToken(owner, mint, amount),
    async stop() {
      await keeper.stop();
      surfnet.stop();
    },
  };
}

function readProgram(file: string): number[] {
  try {
    return [...readFileSync(file)];
  } catch (error) {
    throw new OffpeakError('practice.asset-missing', {
      message: `A part of Offpeak is missing: ${file}.`,
      cause: error,
    });
  }
}

function restore(surfnet: Surfnet, snapshot: Snapshot): void {
  for (const [address, account] of Object.entries(snapshot)) {
    const data = [...Buffer.from(account.data, 'base64')];
    surfnet.setAccount(address, account.lamports, data, account.owner);
  }
}

// Drains the events on a timer and writes a snapshot after every batch that changed an account.
function keepSnapshot(surfnet: Surfnet, options: { file: string; pristine: Snapshot }) {
  let writing: Promise<void> = Promise.resolve();
  const save = async () => {
    const now = await exportAccounts(surfnet.rpcUrl);
    writeSnapshot(options.file, changedAccounts(options.pristine, now));
  };
  let dirty = false;
  let busy = false;
  const drain = () => {
    dirty ||= surfnet.drainEvents().some((event) => event.kind !== 'systemClockUpdated');
    if (!dirty || busy) return;
    dirty = false;
    busy = true;
    writing = save()
      .catch((error: unknown) => {
        // Tried again with the next batch; a chain that no longer answers is seen by its parent.
        dirty = true;
        process.stderr.write(`practice: cannot save the chain: ${String(error)}\n`);
      })
      .finally(() => (busy = false));
  };
  const timer = setInterval(drain, DRAIN_MS);
  return {
    async stop() {
      clearInterval(timer);
      await writing;
      surfnet.drainEvents();
      await save();
    },
  };
}

function changedAccounts(before: Snapshot, after: Snapshot): Snapshot {
  const changed = Object.entries(after).filter(([address, account]) => {
    const old = before[address];
    if (account.executable || isSysvar(account.owner)) return false;
    return old?.data !== account.data || old.lamports !== account.lamports;
  });
  return Object.fromEntries(changed);
}

// The clock and its like belong to one life of the chain; putting them back would turn back time.
function isSysvar(owner: string): boolean {
  return owner.startsWith('Sysvar');
}

/** Rent exemption as the runtime computes it: 6,960 lamports a byte, 128 bytes of overhead. */
function rentLamports(bytes: number): number {
  return (128 + bytes) * 6960;
}

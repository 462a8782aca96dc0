import { createRequire } from 'node:module';

/** What these tests use of surfpool, a Solana runtime in one native add-on (its README has the rest). */
export interface Surfnet {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  setAccount(address: string, lamports: number, data: number[], owner: string): void;
  fundSol(address: string, lamports: number): void;
  fundToken(owner: string, mint: string, amount: number): void;
  deploy(program: { programId: string; soBytes: number[] }): void;
  timeTravelToTimestamp(timeMs: number): void;
  drainEvents(): unknown;
  stop(): void;
}

interface Surfpool {
  readonly Surfnet: { startWithConfig(config: Record<string, unknown>): Surfnet };
}

/** Why there can be no local chain here, or null where there can. */
export const chainProblem: string | null = findProblem();

/** Starts an empty chain without a network: one slot a transaction. Throws `chainProblem`. */
export function startSurfnet(): Surfnet {
  const { Surfnet } = loadSurfpool();
  return Surfnet.startWithConfig({
    offline: true,
    blockProductionMode: 'transaction',
    slotTimeMs: 1,
  });
}

function findProblem(): string | null {
  try {
    loadSurfpool();
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `no local chain on ${process.platform}-${process.arch}: ${reason ?? 'unknown'}`;
  }
}

function loadSurfpool(): Surfpool {
  const libc = process.platform === 'linux' ? '-gnu' : '';
  const name = `@solana/surfpool-${process.platform}-${process.arch}${libc}`;
  const loaded: unknown = createRequire(import.meta.url)(name);
  if (!isSurfpool(loaded)) throw new Error(`${name} has no Surfnet`);
  return loaded;
}

function isSurfpool(loaded: unknown): loaded is Surfpool {
  return typeof loaded === 'object' && loaded !== null && 'Surfnet' in loaded;
}

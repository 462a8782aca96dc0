import { createRequire } from 'node:module';
import { z } from 'zod';
import { OffpeakError } from '../../contract/errors.ts';
import { localChainPackage } from '../../platform/platform.ts';

/**
 * What we use of a running surfpool chain (the native package's own class, v1.5.0). Amounts are
 * plain numbers in its interface; ours stay far below 2^53.
 */
export interface Surfnet {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  /** Events since the last call. Unread events block the chain after 1,024 of them. */
  drainEvents(): readonly { readonly kind: string }[];
  setAccount(address: string, lamports: number, data: number[], owner: string): void;
  fundSol(address: string, lamports: number): void;
  fundToken(owner: string, mint: string, amount: number): void;
  deploy(options: { programId: string; soBytes: number[] }): void;
  stop(): void;
}

interface SurfnetClass {
  startWithConfig(config: {
    offline: boolean;
    blockProductionMode: 'clock' | 'transaction';
    slotTimeMs: number;
  }): Surfnet;
}

/** Starts a chain in this process, offline. Throws `practice.no-chain` where there is none. */
export function startSurfnet(slotTimeMs: number): Surfnet {
  const chain = localChainPackage();
  if (chain.packageName === null) {
    throw new OffpeakError('practice.no-chain', { message: chain.reason });
  }
  return loadSurfnetClass(chain.packageName).startWithConfig({
    offline: true,
    blockProductionMode: 'clock',
    slotTimeMs,
  });
}

function loadSurfnetClass(packageName: string): SurfnetClass {
  try {
    const loaded: unknown = createRequire(import.meta.url)(packageName);
    return Native.parse(loaded).Surfnet;
  } catch (error) {
    throw new OffpeakError('practice.no-chain', {
      message: `The local chain (${packageName}) cannot be loaded.`,
      cause: error,
    });
  }
}

const Native = z.object({
  Surfnet: z.custom<SurfnetClass>((value) => typeof value === 'function'),
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses } from './addresses.ts';
import { encodeMint } from './layouts.ts';
import { chainProblem, startSurfnet } from './surfpool.ts';

/** A real Solana runtime of this test's own: both programs and NOS lie at their real addresses. */
export interface TestChain {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  /** Writes an account as it is, whoever owns it. Without `lamports` it gets just enough for rent. */
  put(account: ChainAccount): void;
  /** Sets (not adds to) a wallet's balance in lamports. */
  fundSol(address: string, lamports: bigint): void;
  /** Sets a wallet's NOS in base units, and makes its token account if need be. */
  fundNos(owner: string, baseUnits: bigint): void;
  /** Moves the chain's clock forward to a UTC time in milliseconds; it stands still otherwise. */
  travelTo(timeMs: number): void;
  stop(): void;
}

interface ChainAccount {
  readonly address: string;
  readonly owner: string;
  readonly data: Uint8Array;
  readonly lamports?: bigint;
}

/**
 * Starts a chain on random ports of this machine; it takes about 50 ms and needs no network. Wait
 * for `confirmed`: `processed` and `finalized` may never come. Call `stop` after the last request,
 * with every subscription removed. Throws `chainProblem` where there is no chain for this platform.
 */
export async function startTestChain(): Promise<TestChain> {
  if (chainProblem !== null) throw new Error(chainProblem);
  const net = startSurfnet();
  // The chain blocks for good once 1,024 of its events wait to be read.
  const drain = setInterval(() => net.drainEvents(), 100);
  const chain: TestChain = {
    rpcUrl: net.rpcUrl,
    wsUrl: net.wsUrl,
    put: ({ address, owner, data, lamports }) => {
      net.setAccount(address, exact(lamports ?? rentFor(data.length)), [...data], owner);
    },
    fundSol: (address, lamports) => net.fundSol(address, exact(lamports)),
    fundNos: (owner, baseUnits) => net.fundToken(owner, addresses.nosMint, exact(baseUnits)),
    travelTo: (timeMs) => net.timeTravelToTimestamp(timeMs),
    stop: () => {
      clearInterval(drain);
      net.stop();
    },
  };
  const mint = encodeMint({ supply: 100_000_000_000_000n, decimals: 6 });
  chain.put({ address: addresses.nosMint, owner: addresses.tokenProgram, data: mint });
  net.deploy({ programId: addresses.jobsProgram, soBytes: readProgram('market.so') });
  net.deploy({ programId: addresses.stakingProgram, soBytes: readProgram('staking.so') });
  await ready(chain.rpcUrl);
  return chain;
}

function readProgram(file: string): number[] {
  return [...readFileSync(join(import.meta.dirname, '../../../assets/practice', file))];
}

/** Rent exemption in lamports: 6,960 a byte for the data and 128 bytes of overhead. */
function rentFor(bytes: number): bigint {
  return BigInt(128 + bytes) * 6960n;
}

/** The add-on takes plain numbers; throws where one can't hold the amount. */
function exact(amount: bigint): number {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`too much for one call: ${amount}`);
  return Number(amount);
}

async function ready(rpcUrl: string): Promise<void> {
  const request = { jsonrpc: '2.0', id: 1, method: 'getHealth' };
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the local chain answers ${response.status}`);
}

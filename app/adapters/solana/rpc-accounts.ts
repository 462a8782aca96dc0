import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountInfo, Connection, GetProgramAccountsFilter } from '@solana/web3.js';
import { publicKey } from './addresses.ts';
import { guarded, ServerBehind } from './failure.ts';
import type { SolanaRpc } from './solana-rpc.ts';
import type { SlotGuard } from './slot-guard.ts';
import { readTokenAccount, TOKEN_PROGRAM } from './token.ts';
import type { AccountFilter, ChainAccount } from './types.ts';

const BEHIND_PAUSE_MS = 500;

type AccountCalls = Pick<
  SolanaRpc,
  'getAccounts' | 'getProgramAccounts' | 'getTokenAccounts' | 'getLamports' | 'getRentExemption'
>;

/** The calls that read what lies on the chain. */
export function accountCalls(
  connection: Connection,
  slots: SlotGuard,
  behindTries: number,
): AccountCalls {
  const rents = new Map<number, bigint>();
  return {
    getAccounts: (addresses) =>
      guarded(() => readAtNewestSlot({ connection, slots, tries: behindTries }, addresses)),
    getProgramAccounts: (programId, filters) =>
      guarded(async () => {
        const config = { filters: filters.map(toWeb3Filter), withContext: true } as const;
        const answer = await connection.getProgramAccounts(publicKey(programId), config);
        slots.note(answer.context.slot);
        return answer.value.map(({ pubkey, account }) => toAccount(pubkey.toBase58(), account));
      }),
    getTokenAccounts: (owner) =>
      guarded(async () => {
        const filter = { programId: publicKey(TOKEN_PROGRAM) };
        const answer = await connection.getTokenAccountsByOwner(publicKey(owner), filter);
        return answer.value.flatMap(({ pubkey, account }) => {
          const address = pubkey.toBase58();
          const token = readTokenAccount(toAccount(address, account));
          return token === null ? [] : [{ address, ...token }];
        });
      }),
    getLamports: (address) =>
      guarded(async () => BigInt(await connection.getBalance(publicKey(address)))),
    getRentExemption: (bytes) =>
      guarded(async () => {
        const known = rents.get(bytes);
        if (known !== undefined) return known;
        const rent = BigInt(await connection.getMinimumBalanceForRentExemption(bytes));
        rents.set(bytes, rent);
        return rent;
      }),
  };
}

async function readAtNewestSlot(
  server: { connection: Connection; slots: SlotGuard; tries: number },
  addresses: readonly string[],
): Promise<(ChainAccount | null)[]> {
  const { connection, slots, tries } = server;
  const keys = addresses.map(publicKey);
  const asked = slots.newest();
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await sleep(BEHIND_PAUSE_MS);
    const answer = await connection.getMultipleAccountsInfoAndContext(keys);
    slots.note(answer.context.slot);
    if (answer.context.slot < asked) continue;
    return addresses.map((address, i) => {
      const info = answer.value[i] ?? null;
      return info === null ? null : toAccount(address, info);
    });
  }
  throw new ServerBehind();
}

function toAccount(address: string, info: AccountInfo<Buffer>): ChainAccount {
  return {
    address,
    owner: info.owner.toBase58(),
    lamports: BigInt(info.lamports),
    data: new Uint8Array(info.data),
  };
}

function toWeb3Filter(filter: AccountFilter): GetProgramAccountsFilter {
  return 'dataSize' in filter ? filter : { memcmp: filter };
}

import { TOKEN_PROGRAM, tokenAddress } from '../../../app/adapters/solana/token.ts';
import type { AccountRef, Instruction } from '../../../app/adapters/solana/types.ts';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import {
  decodeMarket,
  encodeMarket,
  type MarketAccount,
  QUEUE_TYPE,
} from '../../../app/network/nosana/accounts.ts';
import { anchorInstruction, ref } from '../../../app/network/nosana/instruction.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import type { ChainWorld } from '../recovery/chain-world.ts';

/* What others do on the chain while a host lends there. */

/** A market account has room for so many (nosana-programs, state.rs). */
const MOST_QUEUED = 314;

/** The market's account as it is now. */
export async function marketOf({ rpc, keys }: ChainWorld): Promise<MarketAccount> {
  const account = await rpc.getAccount(keys.market.address);
  if (account === null) throw new Error('there is no market');
  return decodeMarket(account.data);
}

/** The operator takes a host out of the queue, as it may at any time. */
export async function kick(world: ChainWorld, host: string): Promise<void> {
  const { market, poster } = world.keys;
  const accounts = [ref.write(market.address), ref.read(host), ref.sign(poster.address)];
  await world.send([anchorInstruction(NOSANA_PROGRAMS.jobs, 'stop', accounts)], [poster]);
}

/** The operator changes the terms of the market, or who waits in it. */
export async function changeMarket(
  world: ChainWorld,
  changes: Partial<MarketAccount>,
): Promise<void> {
  const { address } = world.keys.market;
  const [before, account] = [await marketOf(world), await world.rpc.getAccount(address)];
  const data = Buffer.alloc(account?.data.length ?? 0);
  data.set(encodeMarket({ ...before, ...changes }));
  world.chain.put(address, { owner: NOSANA_PROGRAMS.jobs, data });
}

/** So many other hosts wait that nobody fits in any more. */
export async function fillQueue(world: ChainWorld): Promise<void> {
  const queue = Array.from({ length: MOST_QUEUED }, () => throwawaySigner().address);
  await changeMarket(world, { queueType: QUEUE_TYPE.node, queue });
}

/** The poster gives all its NOS away and closes the account that refunds go to. */
export async function disappear(world: ChainWorld): Promise<void> {
  const { poster, host } = world.keys;
  const account = tokenAddress(poster.address, NOSANA_PROGRAMS.nosMint);
  const elsewhere = throwawaySigner().address;
  world.chain.fundToken(elsewhere, NOSANA_PROGRAMS.nosMint, 0);
  const to = tokenAddress(elsewhere, NOSANA_PROGRAMS.nosMint);
  const owner = ref.sign(poster.address);
  const amount = Buffer.alloc(8);
  amount.writeBigUInt64LE(await world.nosOf(poster.address));
  await world.send(
    [
      token([ref.write(account), ref.write(to), owner], Buffer.from([TRANSFER, ...amount])),
      token([ref.write(account), ref.write(host.address), owner], Buffer.from([CLOSE])),
    ],
    [poster],
  );
}

/** Instructions of SPL Token by their numbers (spl-token, instruction.rs). */
const TRANSFER = 3;
const CLOSE = 9;

function token(accounts: readonly AccountRef[], data: Uint8Array): Instruction {
  return { programId: TOKEN_PROGRAM, accounts, data };
}

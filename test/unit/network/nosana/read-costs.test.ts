import { describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { QUEUE_TYPE, type MarketAccount } from '../../../../app/network/nosana/accounts.ts';
import { DEFAULT_FEES } from '../../../../app/network/nosana/fees.ts';
import { NOSANA_PROGRAMS as programs } from '../../../../app/network/nosana/programs.ts';
import { readCosts } from '../../../../app/network/nosana/read-costs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';
import { accountAt, chainOf, marketAt, rentOf, stakeOf } from './chain-kit.ts';

const make = createGenerator(12);
const me = make.address();
const market = make.address();
const fees = { policy: DEFAULT_FEES, isFree: false };

const wallet = accountAt(me, new Uint8Array(), 9_000_000n);
const nosAccount = accountAt(tokenAddress(me, programs.nosMint), new Uint8Array(165));
const afterwards = ['work-fee', 'finish-fee', 'reserve'];

const costsOn = (...chain: Parameters<typeof chainOf>) =>
  readCosts(chainOf(...chain), { programs, address: me, fees }, market);

async function codesOn(...chain: Parameters<typeof chainOf>): Promise<string[]> {
  return (await costsOn(...chain)).items.map(({ code }) => code);
}

/** What a host with all its accounts finds in a market. */
const settled = (changes: Partial<MarketAccount>): ChainAccount[] => [
  marketAt(market, changes),
  wallet,
  nosAccount,
  stakeOf(me),
];

describe('the rent of a run, which whoever comes second pays', () => {
  it.each([1, 2])('is asked for where %i jobs wait, for one run', async (count) => {
    const queue = Array.from({ length: count }, () => make.address());
    const { items } = await costsOn(settled({ queueType: QUEUE_TYPE.job, queue }));
    expect(items.map(({ code }) => code)).toEqual(['run-account', ...afterwards]);
    expect(items[0]).toMatchObject({ lamports: String(rentOf(120)) });
  });

  it.each([
    ['hosts queue: the poster will come second', QUEUE_TYPE.node, [make.address()]],
    ['this host queues already', QUEUE_TYPE.node, [me]],
    ['nobody waits', QUEUE_TYPE.empty, []],
    ['the last job has just been taken', QUEUE_TYPE.job, []],
  ])('is not asked for where %s', async (_name, queueType, queue) => {
    expect(await codesOn(settled({ queueType, queue }))).toEqual(afterwards);
  });
});

describe('the accounts that a host pays for', () => {
  it('are all of them where the chain has only the market', async () => {
    const preview = await costsOn([marketAt(market)]);
    expect(preview.items.map(({ code }) => code)).toEqual([
      'nos-account',
      'stake-account',
      'stake-vault',
      ...afterwards,
    ]);
    expect(preview).toMatchObject({ market, balance: '0', missing: preview.total });
  });

  it('are not the stake where there is one, though of 0 NOS', async () => {
    expect(await codesOn([marketAt(market), wallet, stakeOf(me)])).toEqual([
      'nos-account',
      ...afterwards,
    ]);
  });

  it("are not spared by somebody else's stake", async () => {
    const chain = [marketAt(market), wallet, nosAccount, stakeOf(make.address())];
    expect(await codesOn(chain)).toEqual(['stake-account', 'stake-vault', ...afterwards]);
  });

  it('are not those that one server does not find and another one does', async () => {
    expect(await codesOn([marketAt(market), wallet], settled({}))).toEqual(afterwards);
  });
});

it('a market that is nowhere costs nothing: there is none', async () => {
  await expect(costsOn([wallet])).rejects.toMatchObject({ code: 'network.market-missing' });
});

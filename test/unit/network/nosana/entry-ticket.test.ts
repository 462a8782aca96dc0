import { describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import {
  decodeStake,
  QUEUE_TYPE,
  type MarketAccount,
} from '../../../../app/network/nosana/accounts.ts';
import { entryTicket, jobsWait } from '../../../../app/network/nosana/entry-ticket.ts';
import { stake } from '../../../../app/network/nosana/instructions-stake.ts';
import { NOSANA_PROGRAMS as programs } from '../../../../app/network/nosana/programs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';
import { accountAt, aMarket, chainOf, rentOf, stakeOf } from './chain-kit.ts';

const make = createGenerator(19);
const me = make.address();
const somebody = make.address();
const wallet = accountAt(me, new Uint8Array(), 7_000_000n);
const nosAccount = accountAt(tokenAddress(me, programs.nosMint), new Uint8Array(165));
const FORTNIGHT = 14n * 86_400n;
const LARGEST = (1n << 128n) - 1n;

const ticket = (accounts: ChainAccount[], changes: Partial<MarketAccount> = {}) =>
  entryTicket(
    chainOf([wallet, nosAccount, ...accounts]),
    { programs, address: me },
    aMarket(changes),
  );

describe('a host without a stake', () => {
  it('gets one of 0 NOS for 14 days where the market asks for none, with its vault', async () => {
    const { missing, rentLamports } = await ticket([]);
    const terms = { amount: 0n, durationSeconds: FORTNIGHT };
    expect(missing).toEqual([stake(programs, { authority: me, ...terms })]);
    expect(rentLamports).toBe(rentOf(120) + rentOf(165));
  });

  it('is let in nowhere else: staking NOS is for its owner to decide', async () => {
    await expect(ticket([], { nodeXnosMinimum: 1n })).rejects.toMatchObject({
      code: 'network.no-stake',
    });
  });

  it("is not let in by somebody else's", async () => {
    const theirs = stakeOf(somebody, { xnos: LARGEST });
    await expect(ticket([theirs], { nodeXnosMinimum: 1n })).rejects.toMatchObject({
      code: 'network.no-stake',
    });
  });
});

describe('a host with a stake', () => {
  it.each([
    ['0 NOS, where none is asked for', 0n, 0n],
    ['to the unit what is asked for', 1_115_068n, 1_115_068n],
    ['one unit more', 1_115_069n, 1_115_068n],
    ['the most that there can be, where that is asked for', LARGEST, LARGEST],
  ])('is let in with %s, and makes no second one', async (_name, xnos, nodeXnosMinimum) => {
    const { missing, rentLamports } = await ticket([stakeOf(me, { xnos })], { nodeXnosMinimum });
    expect(missing).toEqual([]);
    expect(rentLamports).toBe(0n);
  });

  it.each([
    ['0 NOS, where one unit is asked for', {}, 1n],
    ['one unit too few', { xnos: 1_115_067n }, 1_115_068n],
    [
      'enough NOS that do not count: it is being released',
      { amount: 10n ** 12n, timeUnstakeSeconds: 1n },
      1n,
    ],
    ['one unit too few of the most', { xnos: LARGEST - 1n }, LARGEST],
  ])('is refused with %s', async (_name, changes, nodeXnosMinimum) => {
    await expect(ticket([stakeOf(me, changes)], { nodeXnosMinimum })).rejects.toMatchObject({
      code: 'network.stake-too-low',
    });
  });

  it('that cannot be read is not let in, nor given another one', async () => {
    const broken = { ...stakeOf(me), data: stakeOf(me).data.subarray(0, 60) };
    await expect(ticket([broken])).rejects.toMatchObject({ code: 'network.account-malformed' });
  });
});

describe('a stake as it is read back', () => {
  /** Nosana's layout: type, amount, authority, duration, time of unstaking, vault, bump, xNOS. */
  const bytes = (amount: string, duration: string): Uint8Array =>
    Buffer.from(
      `509e437c32bdc0ff${amount}${'01'.repeat(32)}${duration}${'00'.repeat(8)}` +
        `${'02'.repeat(32)}fe${'00'.repeat(16)}${'00'.repeat(7)}`,
      'hex',
    );

  it.each([
    ['14 days and not a second less', '0075120000000000', FORTNIGHT],
    ['a second less than 14 days', 'ff74120000000000', FORTNIGHT - 1n],
    ['365 days', '8033e10100000000', 365n * 86_400n],
  ])('of 0 NOS for %s', (_name, duration, durationSeconds) => {
    const account = bytes('0000000000000000', duration);
    expect(account).toHaveLength(120);
    expect(decodeStake(account)).toMatchObject({
      amount: 0n,
      durationSeconds,
      timeUnstakeSeconds: 0n,
      vaultBump: 254,
      xnos: 0n,
    });
  });

  it('of one base unit is not of none', () => {
    const account = bytes('0100000000000000', '0075120000000000');
    expect(decodeStake(account)).toMatchObject({ amount: 1n, durationSeconds: FORTNIGHT });
  });
});

describe('whether jobs wait', () => {
  it.each([
    ['a job', QUEUE_TYPE.job, [somebody], true],
    ['no job any more', QUEUE_TYPE.job, [], false],
    ['hosts', QUEUE_TYPE.node, [somebody], false],
    ['nobody', QUEUE_TYPE.empty, [], false],
  ])('in a queue of %s', async (_name, queueType, queue, expected) => {
    expect(jobsWait(aMarket({ queueType, queue }))).toBe(expected);
    const { rentLamports } = await ticket([stakeOf(me)], { queueType, queue });
    expect(rentLamports).toBe(expected ? rentOf(120) : 0n);
  });
});

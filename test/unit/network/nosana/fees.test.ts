import { describe, expect, it } from 'vitest';
import { priceOf, type PriceFacts } from '../../../../app/network/nosana/fees.ts';
import { inSol, requireFunds } from '../../../../app/network/nosana/funds.ts';

const facts: PriceFacts = {
  signatures: 2,
  unitsConsumed: 50_000,
  calls: 1,
  recentPrices: [1_000_000n],
  maxFeeLamports: 500_000n,
};

/** What the chain takes for this budget. */
function charged(price: ReturnType<typeof priceOf>, signatures: number): bigint {
  const { unitLimit = 0, unitPrice = 0n } = price.budget;
  return 5_000n * BigInt(signatures) + (unitPrice * BigInt(unitLimit) + 999_999n) / 1_000_000n;
}

describe('the fee of a transaction', () => {
  it('leaves a fifth of room above what the simulation used', () => {
    expect(priceOf(facts).budget.unitLimit).toBe(60_000);
  });

  it('is what is said before, to the lamport', () => {
    for (const recent of [1n, 333_333n, 1_000_001n, 77_777_777n]) {
      const price = priceOf({ ...facts, recentPrices: [recent] });
      expect(price.feeLamports).toBe(charged(price, 2));
    }
  });

  it('offers what would have sufficed in three of five recent blocks', () => {
    const recentPrices = [9n, 1n, 5n, 3n, 7n].map((price) => price * 1_000_000n);
    expect(priceOf({ ...facts, recentPrices }).budget.unitPrice).toBe(5_000_000n);
  });

  it('offers a little also when nobody else does', () => {
    expect(priceOf({ ...facts, recentPrices: [] }).budget.unitPrice).toBe(100_000n);
  });

  it('is never above the limit of the owner, whatever others pay', () => {
    for (const maxFeeLamports of [10_000n, 10_001n, 123_457n, 500_000n]) {
      const price = priceOf({ ...facts, maxFeeLamports, recentPrices: [10n ** 15n] });
      expect(price.feeLamports).toBeLessThanOrEqual(maxFeeLamports);
      expect(charged(price, 2)).toBeLessThanOrEqual(maxFeeLamports);
    }
  });

  it('is refused where the signatures alone cost more, with both numbers', () => {
    const tooMuch = { ...facts, maxFeeLamports: 9_999n };
    expect(() => priceOf(tooMuch)).toThrow(/10000 lamports.*9999 lamports/);
  });

  it('is the base fee where nothing is to be offered, as on practice', () => {
    const price = priceOf({ ...facts, recentPrices: null });
    expect(price.feeLamports).toBe(10_000n);
    expect(price.budget.unitPrice).toBeUndefined();
  });

  it('reckons with the most that the calls may use where a simulation failed', () => {
    const price = priceOf({ ...facts, unitsConsumed: null, calls: 3, maxFeeLamports: 10n ** 9n });
    expect(price.budget.unitLimit).toBeUndefined();
    expect(price.feeLamports).toBe(10_000n + 600_000n);
  });
});

describe('what is missing in the wallet', () => {
  const spending = {
    host: 'Host',
    balance: 0n,
    fee: 10_000n,
    rent: 2_039_280n,
    reserve: 5_000_000n,
  };

  it('is nothing where the sum is there to the lamport', () => {
    expect(() => requireFunds({ ...spending, balance: 7_049_280n })).not.toThrow();
  });

  it('is named exactly, with the address that it goes to', () => {
    expect(() => requireFunds({ ...spending, balance: 7_049_279n })).toThrow('0.000000001 SOL');
    expect(() => requireFunds(spending)).toThrow(
      expect.objectContaining({
        code: 'network.no-sol',
        remedy: 'Send at least 0.00704928 SOL to Host.',
      }),
    );
  });

  it.each([
    [0n, '0 SOL'],
    [1n, '0.000000001 SOL'],
    [1_500_000_000n, '1.5 SOL'],
    [100_000_000_000n, '100 SOL'],
  ])('%s lamports are %s', (lamports, text) => {
    expect(inSol(lamports)).toBe(text);
  });
});

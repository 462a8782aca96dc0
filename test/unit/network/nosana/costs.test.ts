import { describe, expect, it } from 'vitest';
import { CostPreview } from '../../../../app/contract/costs.ts';
import { costPreview, type CostFacts } from '../../../../app/network/nosana/costs.ts';

const newcomer: CostFacts = {
  market: 'Market',
  balance: 0n,
  hasNosAccount: false,
  hasStake: false,
  jobsWait: true,
  rents: { token: 2_039_280n, stake: 1_726_080n, run: 1_726_080n },
  isFree: false,
  maxFee: 500_000n,
  reserve: 5_000_000n,
};

const itemsOf = (facts: CostFacts): Record<string, string> =>
  Object.fromEntries(costPreview(facts).items.map(({ code, lamports }) => [code, lamports]));

describe('what a host is told before it queues', () => {
  it('is every account, fee and reserve, and their sum', () => {
    expect(itemsOf(newcomer)).toEqual({
      'nos-account': '2039280',
      'stake-account': '1726080',
      'stake-vault': '2039280',
      'run-account': '1726080',
      'work-fee': '500000',
      'finish-fee': '500000',
      reserve: '5000000',
    });
    const preview = costPreview(newcomer);
    expect(preview.total).toBe('13530720');
    expect(preview.missing).toBe(preview.total);
    expect(CostPreview.parse(preview)).toEqual(preview);
  });

  it('says of each what it is, and of rent when it comes back', () => {
    for (const { code, text } of costPreview(newcomer).items) {
      expect(text).toMatch(/\.$/);
      if (/account|vault/.test(code)) expect(text).toContain('comes back');
    }
  });

  it('is only fees and reserve for a host that has its accounts, while hosts wait', () => {
    const old = { ...newcomer, hasNosAccount: true, hasStake: true, jobsWait: false };
    expect(Object.keys(itemsOf(old))).toEqual(['work-fee', 'finish-fee', 'reserve']);
  });

  it('is the base fees alone where nothing is offered above them', () => {
    expect(itemsOf({ ...newcomer, isFree: true })).toMatchObject({
      'work-fee': '10000',
      'finish-fee': '5000',
    });
  });

  it.each([
    ['both fees', 4_999n, '10000', '5000'],
    ['the fee of joining, which has two signatures', 9_999n, '10000', '9999'],
    ['no fee', 10_000n, '10000', '10000'],
  ])('is never less than the chain takes: a limit below %s', (_name, maxFee, work, finish) => {
    expect(itemsOf({ ...newcomer, maxFee })).toMatchObject({
      'work-fee': work,
      'finish-fee': finish,
    });
  });

  it.each([true, false])('says which fee is above the limit (nothing is offered: %s)', (isFree) => {
    const { items } = costPreview({ ...newcomer, isFree, maxFee: 9_999n });
    const above = items.filter(({ text }) => text.includes('above your own limit'));
    expect(above.map(({ code }) => code)).toEqual(['work-fee']);
    expect(items.find(({ code }) => code === 'finish-fee')?.text.includes('at most')).toBe(!isFree);
  });

  it('lacks nothing once the sum is there', () => {
    expect(costPreview({ ...newcomer, balance: 13_530_719n }).missing).toBe('1');
    expect(costPreview({ ...newcomer, balance: 13_530_720n }).missing).toBe('0');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CostPreview } from '../../../app/contract/costs.ts';
import { RewardClaim, Rewards } from '../../../app/contract/rewards.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { type RealHost, startRealHost, untilJob } from '../../fakes/host/real-host.ts';
import { ask, freshHome, refused, say, WITHOUT_ENGINE } from './command-kit.ts';

const noChain = localChainPackage().packageName === null ? 'there is no practice chain' : null;
const problem = (await engineProblem()) ?? noChain;

const WORDS = ['costs', 'rewards', 'claim'] as const;
/** Well-formed, and of nobody here. */
const STRANGER = '11111111111111111111111111111111';

describe('offpeak network costs, rewards and claim without a running host', () => {
  it.each(WORDS)('%s says that only a running host knows, and how to start one', async (word) => {
    const home = freshHome();
    expect(await refused(home, ['network', word])).toEqual({
      exit: 1,
      code: 'host.not-running',
      message: 'Offpeak is not running, and only a running host knows this.',
      remedy: 'Start it: "offpeak start --headless", or the desktop app.',
    });
    const { exit, code, message } = await refused(home, ['network', word, 'one', 'two']);
    expect({ exit, code }).toEqual({ exit: 2, code: 'host.bad-usage' });
    expect(message).toBe(`"network ${word}" takes one address at most.`);
  });
});

describe('offpeak network costs, rewards and claim on a network that is not up', () => {
  it('gives the reason of the host, in its own words', async () => {
    const home = freshHome();
    await ask(home, ['network', 'mainnet', '--acknowledge'], z.unknown());
    const host = await startRealHost(home, WITHOUT_ENGINE);
    const reasons = await Promise.all(WORDS.map((word) => refused(home, ['network', word])));
    await host.stop();
    for (const { exit, code, message } of reasons) {
      expect(exit).toBe(1);
      expect(code).toBe('wallet.no-vault');
      expect(message).toBe('This host has no keys yet.');
    }
  });
});

const Status = z.object({
  identities: z.array(z.object({ address: z.string(), market: z.object({ address: z.string() }) })),
});

describe.skipIf(problem !== null)(
  `offpeak network costs, rewards and claim in practice${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const home = freshHome();
    let host: RealHost | undefined;

    beforeAll(async () => {
      host = await startRealHost(home);
      // Its market let it in: it is registered and has an account for NOS and one for its stake.
      await untilJob(home, ({ outcome }) => outcome === 'paid');
    }, 240_000);
    afterAll(async () => {
      await host?.stop();
    }, 120_000);

    async function identity() {
      const { document } = await ask(home, ['status'], Status);
      expect(document.identities).toHaveLength(1);
      const [only] = document.identities;
      if (only === undefined) throw new Error('there is no identity');
      return only;
    }

    it('costs add up, are covered by the wallet, and stay the same for people', async () => {
      const { address, market } = await identity();
      const { code, document } = await ask(home, ['network', 'costs'], CostPreview);
      const { items, total, balance, missing } = document;
      expect(document.market).toBe(market.address);
      expect(items.map((item) => item.code)).toContain('reserve');
      expect(items.reduce((sum, { lamports }) => sum + BigInt(lamports), 0n)).toBe(BigInt(total));
      expect(BigInt(balance)).toBeGreaterThan(BigInt(total));
      expect({ code, missing }).toEqual({ code: 0, missing: '0' });

      const { stdout, stderr, code: exit } = await say(home, ['network', 'costs', address]);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      const rows = stdout.trimEnd().split('\n');
      expect(amountOf(rows.pop())).toBe(total);
      expect(rows.map(amountOf)).toEqual(items.map(({ lamports }) => lamports));
      expect(rows.map((row) => row.slice(14))).toEqual(items.map(({ text }) => text));
    });

    it('costs say what is missing, and fail, when the reserve is more than there is', async () => {
      const reserve = '900000000000000000';
      await ask(home, ['network', '--reserve', reserve], z.unknown());
      const { code, document } = await ask(home, ['network', 'costs'], CostPreview);
      const { stdout, code: exit } = await say(home, ['network', 'costs']);
      await ask(home, ['network', '--reserve', '5000000'], z.unknown());
      const { items, total, balance, missing } = document;
      expect(items.find((item) => item.code === 'reserve')?.lamports).toBe(reserve);
      expect(BigInt(missing)).toBe(BigInt(total) - BigInt(balance));
      expect({ code, exit }).toEqual({ code: 1, exit: 1 });
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/\d{18} {2}lamports are missing$/);
    });

    // Heartbeats go on meanwhile, so that what can be claimed only ever rises.
    it('rewards and a claim speak of the same amount, and practice pays none', async () => {
      const { address } = await identity();
      const before = await ask(home, ['network', 'rewards'], Rewards);
      const claim = await ask(home, ['network', 'claim', address], RewardClaim);
      const after = await ask(home, ['network', 'rewards', address], Rewards);
      expect([before.code, claim.code, after.code]).toEqual([0, 1, 0]);
      expect(before.document.claimed).toBe('0');
      expect(BigInt(before.document.claimable)).toBeGreaterThan(0n);
      const amounts = [before, claim, after].map(({ document }) => BigInt(document.claimable));
      expect(amounts).toEqual(amounts.toSorted((a, b) => Number(a - b)));
      expect(claim.document).toMatchObject({ success: false, transaction: null });
      expect(after.document.claimed).toBe('0');

      const told = await say(home, ['network', 'rewards']);
      expect(told.code).toBe(0);
      const [, claimable = ''] =
        /^To be claimed: ([\d.]+) NOS, claimed so far: 0\.000000 NOS\n$/.exec(told.stdout) ?? [];
      expect(BigInt(claimable.replace('.', ''))).toBeGreaterThanOrEqual(
        BigInt(after.document.claimable),
      );
      const refusal = await say(home, ['network', 'claim']);
      expect(refusal).toEqual({ code: 1, stdout: `${claim.document.message}\n`, stderr: '' });
    });

    it.each(WORDS)('%s knows no address but those of this host', async (word) => {
      const { exit, code, message } = await refused(home, ['network', word, STRANGER]);
      expect({ exit, code }).toEqual({ exit: 1, code: 'wallet.unknown-address' });
      expect(message).not.toContain('mistake');
    });
  },
);

function amountOf(row: string | undefined): string {
  return row?.slice(0, 12).trim() ?? '';
}

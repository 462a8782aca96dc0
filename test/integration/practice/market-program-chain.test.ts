import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresses, nosAccountOf } from '../../fakes/chain/addresses.ts';
import { must, startPlay } from '../../fakes/chain/play.ts';
import type { Play } from '../../fakes/chain/play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';

describe.skipIf(chainProblem !== null)(`The chain of these tests ${chainProblem ?? ''}`, () => {
  let p: Play;
  beforeAll(async () => {
    p = await startPlay();
  });
  afterAll(() => p.chain.stop());

  it('has NOS at its real address, with 6 decimals', async () => {
    const { data, owner } = await p.see.account(addresses.nosMint);
    expect(owner.toBase58()).toBe(addresses.tokenProgram);
    expect(data.readUInt8(44)).toBe(6);
  });

  it('has the market program at its real address', async () => {
    expect((await p.see.account(addresses.jobsProgram)).executable).toBe(true);
  });

  it('sets balances to what they are told, not on top of what was there', async () => {
    const someone = p.sender.newKey();
    p.chain.fundSol(someone, 5_000_000_000n);
    p.chain.fundSol(someone, 1_000_000_000n);
    p.chain.fundNos(someone, 7n);
    p.chain.fundNos(someone, 3n);
    expect(await p.see.lamportsOf(someone)).toBe(1_000_000_000n);
    expect(await p.see.tokens(nosAccountOf(someone))).toBe(3n);
  });

  it('refuses to set a balance that it could only set roughly', () => {
    expect(() => p.chain.fundNos(p.node, (1n << 53n) + 1n)).toThrow('too much for one call');
  });

  it('has accounts where they are put, with just enough lamports to stay', async () => {
    const address = p.sender.newKey();
    p.chain.put({ address, owner: addresses.stakingProgram, data: Buffer.from([1, 2, 3]) });
    const { data, lamports } = await p.see.account(address);
    expect([...data]).toEqual([1, 2, 3]);
    expect(lamports).toBe(await p.sender.connection.getMinimumBalanceForRentExemption(3));
  });

  it('goes on after more events than its channel holds', async () => {
    // 1,024 events came after 476 transactions when this was tried without reading them.
    for (let i = 0; i < 260; i++) {
      must((await p.work()).outcome);
      must(await p.stop());
    }
    expect((await p.see.market(p.market.address)).queue).toEqual([]);
  });
});

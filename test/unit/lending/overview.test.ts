import { describe, expect, it } from 'vitest';
import type { IdentityState } from '../../../app/contract/identity-state.ts';
import { Phase } from '../../../app/contract/phase.ts';
import { leadingOf } from '../../../app/lending/leading.ts';
import { overviewOf } from '../../../app/lending/overview.ts';

const common = { stopping: false, lending: true, engine: 'ready', leaving: false } as const;

function identity(address: string, changes: Partial<IdentityState> = {}): IdentityState {
  return {
    address,
    card: `card of ${address}`,
    phase: 'available',
    reason: { code: 'in-queue', text: `${address} waits.`, next: null },
    admission: null,
    queue: null,
    market: null,
    job: null,
    nos: null,
    lamports: null,
    ...changes,
  };
}

describe('which identity speaks for the host', () => {
  it.each<[Phase, Phase, Phase]>([
    ['working', 'needs-you', 'working'],
    ['needs-you', 'available', 'needs-you'],
    ['preparing', 'available', 'preparing'],
    ['waiting', 'available', 'available'],
    ['yielding', 'working', 'yielding'],
    ['off', 'paused', 'paused'],
  ])('of %s and %s it is the one that is %s', (one, other, leading) => {
    const identities = [identity('a', { phase: one }), identity('b', { phase: other })];
    expect(leadingOf(identities)?.phase).toBe(leading);
    expect(leadingOf(identities.toReversed())?.phase).toBe(leading);
  });

  it('is the first of equals', () => {
    expect(leadingOf([identity('a'), identity('b')])?.address).toBe('a');
  });

  it('has a rank for every phase', () => {
    const off = identity('off', { phase: 'off' });
    for (const phase of Phase.options) {
      expect(leadingOf([off, identity('b', { phase })])?.phase).toBe(phase);
    }
  });
});

describe('what Home shows of several identities', () => {
  it("is the leading one's reason and queue, and the money of all", () => {
    const queue = { position: 2, length: 3, market: 'm' };
    const overview = overviewOf(
      [
        identity('a', { phase: 'waiting', nos: '1', lamports: '10' }),
        identity('b', { queue, nos: '9007199254740993', lamports: null }),
      ],
      common,
      null,
    );
    expect(overview.reason.text).toBe('b waits.');
    expect(overview.queue).toEqual(queue);
    expect(overview.wallet).toEqual({ address: 'b', nos: '9007199254740994', lamports: '10' });
    expect(overview.identities).toHaveLength(2);
  });

  it('says that nothing is known of the money, rather than nothing', () => {
    expect(overviewOf([identity('a')], common, null).wallet).toMatchObject({ nos: null });
  });

  it('says why there is no identity, and what to do', () => {
    const locked = { code: 'wallet.locked', message: 'Locked.', remedy: 'Unlock them.' };
    const overview = overviewOf([], common, locked);
    expect(overview.phase).toBe('needs-you');
    expect(overview.reason).toEqual({
      code: 'wallet.locked',
      text: 'Locked.',
      next: 'Unlock them.',
    });
  });

  it('leaves an owner alone who does not lend', () => {
    const locked = { code: 'wallet.locked', message: 'Locked.', remedy: 'Unlock them.' };
    expect(overviewOf([], { ...common, lending: false }, locked).phase).toBe('paused');
  });
});

import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openHostKeys, practiceAddresses } from '../../../app/network/practice/host-keys.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'offpeak-host-keys-')), 'practice');
});

function addresses(cards: readonly string[]): string[] {
  return openHostKeys(folder)
    .hosts.forCards(cards)
    .map(({ signer }) => signer.address);
}

describe('the practice keys of cards', () => {
  it('are one for each card, the same after every start', () => {
    const first = addresses(['GPU-a', 'GPU-b']);
    expect(new Set(first).size).toBe(2);
    expect(addresses(['GPU-a', 'GPU-b'])).toEqual(first);
    expect(addresses(['GPU-b', 'GPU-a'])).toEqual(first.toReversed());
  });

  it('are there without a card, too, and the first card goes on under that key', () => {
    const without = openHostKeys(folder).hosts.forCards([]);
    expect(without).toMatchObject([{ card: null }]);
    expect(addresses(['GPU-a'])).toEqual([without[0]?.signer.address]);
    expect(addresses(['GPU-a', 'GPU-b'])[0]).toBe(without[0]?.signer.address);
  });

  it('stay with a card that is taken out for a while', () => {
    const [a, b] = addresses(['GPU-a', 'GPU-b']);
    expect(addresses(['GPU-c'])).not.toContain(a);
    expect(addresses(['GPU-a', 'GPU-b'])).toEqual([a, b]);
    const { hosts } = openHostKeys(folder);
    expect(hosts.byAddress(b ?? '')?.card).toBe('GPU-b');
    expect(hosts.byAddress('nobody')).toBeNull();
  });

  it('can be read by the owner alone', () => {
    addresses(['GPU-a', 'GPU-b']);
    expect(statSync(join(folder, 'cards.json')).mode & 0o077).toBe(0);
  });

  it('are never overwritten where the file cannot be read', () => {
    addresses(['GPU-a', 'GPU-b']);
    writeFileSync(join(folder, 'cards.json'), '{"first":');
    expect(() => addresses(['GPU-a'])).toThrow();
    expect(readFileSync(join(folder, 'cards.json'), 'utf8')).toBe('{"first":');
  });

  it('are known as practice keys, all of them, so that none is taken for a real one', () => {
    expect(practiceAddresses(folder)).toEqual([]);
    const cards = addresses(['GPU-a', 'GPU-b']);
    const { poster, market } = openHostKeys(folder);
    expect(practiceAddresses(folder).toSorted()).toEqual(
      [...cards, poster.address, market.address].toSorted(),
    );
  });
});

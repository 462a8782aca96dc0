import { beforeEach, describe, expect, it } from 'vitest';
import { mainnetKeys } from '../../../app/lending/mainnet-keys.ts';
import type { MainnetKeys } from '../../../app/network/mainnet/mainnet.ts';
import type { Vault } from '../../../app/wallet/vault.ts';
import { freshFile, keyFile, openOne, PASSPHRASE, vaultAt } from '../wallet/vault-kit.ts';

let vault: Vault;
let keys: MainnetKeys;
beforeEach(async () => {
  ({ vault } = await openOne());
  keys = mainnetKeys(vault);
});

async function addresses(...cards: readonly string[]): Promise<string[]> {
  return (await keys.forCards(cards)).map(({ signer }) => signer.address);
}

describe('the keys of the real network', () => {
  it('are one for each card, and stay with it', async () => {
    const [a, b] = await addresses('GPU-a', 'GPU-b');
    expect(a).not.toBe(b);
    expect(await addresses('GPU-b')).toEqual([b]);
    expect(await addresses('GPU-b', 'GPU-a')).toEqual([b, a]);
    expect(vault.identities()).toHaveLength(2);
  });

  it('are those that no card has before a new one is made', async () => {
    const { identity } = await vault.importFile(keyFile().path, 'old rig');
    const [a, b] = await addresses('GPU-a', 'GPU-b');
    expect(a).toBe(identity.address);
    expect(vault.identities()).toMatchObject([
      { address: a, card: 'GPU-a', label: 'old rig' },
      { address: b, card: 'GPU-b' },
    ]);
  });

  it('are none for a computer without a card', async () => {
    expect(await keys.forCards([])).toEqual([]);
    expect(vault.identities()).toEqual([]);
  });

  it('are found by their address, whether their card is there or not', async () => {
    const [a = ''] = await addresses('GPU-a');
    expect(keys.byAddress(a)).toMatchObject({ signer: { address: a }, card: 'GPU-a' });
    expect(keys.byAddress('Somebody')).toBeNull();
  });

  it('are nobody’s while they are locked, and none is made then', async () => {
    await addresses('GPU-a');
    vault.lock();
    const locked = { code: 'wallet.locked' };
    await expect(keys.forCards(['GPU-a', 'GPU-b'])).rejects.toMatchObject(locked);
    expect(() => keys.byAddress('Somebody')).toThrow(expect.objectContaining(locked));
    await vault.unlock(PASSPHRASE);
    expect(vault.identities()).toHaveLength(1);
  });

  it('cannot be had before there is a vault for them', async () => {
    const none = mainnetKeys(vaultAt(freshFile()));
    await expect(none.forCards(['GPU-a'])).rejects.toMatchObject({ code: 'wallet.no-vault' });
  });
});

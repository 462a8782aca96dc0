import { OffpeakError } from '../contract/errors.ts';
import type { MainnetKeys } from '../network/mainnet/mainnet.ts';
import type { Vault } from '../wallet/vault.ts';

/**
 * The vault's keys as the real network wants them, one for each card: a card that is new gets a key
 * that no card has, e.g. an imported one, or else a fresh one.
 */
export function mainnetKeys(vault: Vault): MainnetKeys {
  const requireOpen = (): void => {
    const state = vault.state();
    if (state === 'none') throw new OffpeakError('wallet.no-vault');
    if (state === 'locked') throw new OffpeakError('wallet.locked');
  };
  const addressFor = async (card: string): Promise<string> => {
    const known = vault.identityFor(card);
    if (known !== null) return known.address;
    const { address } = vault.identityFor(null) ?? (await vault.createKey(`Card ${card}`));
    await vault.assign(address, card);
    return address;
  };
  return {
    async forCards(cards) {
      requireOpen();
      const identities = [];
      for (const card of cards) {
        identities.push({ signer: vault.signer(await addressFor(card)), card });
      }
      return identities;
    },
    byAddress(address) {
      requireOpen();
      const known = vault.identities().find((identity) => identity.address === address);
      return known === undefined ? null : { signer: vault.signer(address), card: known.card };
    },
  };
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostState } from '../../../app/contract/state.ts';
import { NetworkOwner } from '../../../app/lending/network-owner.ts';
import type { Vault } from '../../../app/wallet/vault.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { LendingWorld } from '../../fakes/lending/lending-world.ts';
import { freshFile, keyFile, PASSPHRASE, vaultAt } from '../wallet/vault-kit.ts';

let world: LendingWorld;
let vault: Vault;
let owner: NetworkOwner;
/** What views saw, the latest last. */
let shown: Pick<HostState, 'settings' | 'vault'>[];

beforeEach(() => {
  stopTime();
  world = new LendingWorld();
  vault = vaultAt(freshFile());
  shown = [];
  owner = new NetworkOwner({
    settings: world.settings,
    vault,
    lending: world.lending,
    log: (_level, message) => world.logged.push(message),
    show: (slices) => shown.push(slices),
  });
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

/** The host works on mainnet, with this card in the queue. */
async function onMainnet(uuid: string): Promise<void> {
  await world.lend(uuid);
  await owner.acknowledge();
  await owner.chooseNetwork('mainnet');
  await until(() => world.mainnet.starts === 1);
  world.mainnet.up();
  await until(() => world.isQueued(uuid, world.mainnet));
}

describe('the choice of the network', () => {
  it('is not mainnet before its owner has read what that means', async () => {
    await world.lend('GPU-1');
    await expect(owner.chooseNetwork('mainnet')).rejects.toMatchObject({
      code: 'network.not-acknowledged',
    });
    await until(() => true);
    expect(world.lending.provider.id).toBe('practice');
    expect(world.lending.isLeaving).toBe(false);
    expect(world.isQueued('GPU-1')).toBe(true);
    expect(shown).toEqual([]);
  });

  it('is acted on at once afterwards, and shown', async () => {
    await onMainnet('GPU-1');
    expect(world.lending.provider.id).toBe('mainnet');
    const network = shown.at(-1)?.settings.network;
    expect(network?.kind).toBe('mainnet');
    expect(network?.acknowledgedAt).not.toBeNull();
  });

  it('to have read about mainnet turns to it for nobody', async () => {
    const choices = await owner.acknowledge();
    expect(choices).toMatchObject({ kind: 'practice', acknowledgedAt: Date.now() });
    expect(world.lending.isLeaving).toBe(false);
  });

  it('goes back to practice without a question, and is remembered as read', async () => {
    await onMainnet('GPU-1');
    expect(await owner.chooseNetwork('practice')).toMatchObject({ kind: 'practice' });
    await until(() => world.practice.starts === 2);
    await expect(owner.chooseNetwork('mainnet')).resolves.toMatchObject({ kind: 'mainnet' });
  });
});

describe('other servers', () => {
  it('are used at once on mainnet', async () => {
    await onMainnet('GPU-1');
    await owner.change({ rpcUrls: ['https://rpc.example/?key=secret'] });
    expect(world.events.slice(-2)).toEqual(['mainnet stopped', 'mainnet started']);
    world.mainnet.up();
    expect(world.mainnet.of('GPU-1').connects).toBe(2);
    expect(world.isQueued('GPU-1', world.mainnet)).toBe(true);
  });

  it('are shown without the keys that their addresses hold', async () => {
    await owner.change({ rpcUrls: ['https://rpc.example/?key=secret'], pinToken: 'secret' });
    expect(shown.at(-1)?.settings.network).toMatchObject({
      rpcOrigins: ['https://rpc.example'],
      hasPinToken: true,
    });
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('of mainnet are nothing to practice', async () => {
    await world.lend('GPU-1');
    await owner.change({ rpcUrls: ['https://rpc.example'], pinUrl: 'https://pin.example' });
    expect(world.practice.starts).toBe(1);
    expect(world.isQueued('GPU-1')).toBe(true);
  });

  it('are not what a change of fees or of the contact is about', async () => {
    await onMainnet('GPU-1');
    const contact = { email: 'owner@example.org', discord: null, twitter: null };
    const choices = await owner.change({ maxFee: '7', reserve: '8', contact });
    expect(choices).toMatchObject({ maxFee: '7', reserve: '8', contact });
    expect(world.mainnet.starts).toBe(1);
  });
});

describe('the keys', () => {
  const state = () => shown.at(-1)?.vault;

  it('bring the identities that waited for them, once they are opened', async () => {
    await owner.createVault(PASSPHRASE);
    owner.lock();
    expect(state()?.state).toBe('locked');
    world.practice.locked = 'wallet.locked';
    world.see('GPU-1');
    world.lending.start();
    world.practice.up();
    await until(() => world.lending.lenders.problem !== null);
    world.practice.locked = null;
    await owner.unlock(PASSPHRASE);
    expect(state()?.state).toBe('open');
    await until(() => world.isQueued('GPU-1'));
  });

  it('stay locked with a wrong passphrase, and nothing is shown as changed', async () => {
    await owner.createVault(PASSPHRASE);
    owner.lock();
    const before = shown.length;
    await expect(owner.unlock('a wrong one altogether')).rejects.toMatchObject({
      code: 'wallet.wrong-passphrase',
    });
    expect(vault.state()).toBe('locked');
    expect(shown).toHaveLength(before);
  });

  it('are shown with their card as soon as they are taken in and given one', async () => {
    await owner.createVault(PASSPHRASE);
    const { identity } = await owner.importKey(keyFile().path, 'old rig');
    expect(state()?.identities).toMatchObject([{ label: 'old rig', card: null }]);
    await owner.assign(identity.address, 'GPU-1');
    expect(state()?.identities).toMatchObject([{ address: identity.address, card: 'GPU-1' }]);
  });

  it('of a host that nobody sits at are opened with what it was given', async () => {
    await owner.createVault(PASSPHRASE);
    owner.lock();
    owner.unlockUnattended({});
    expect(vault.state()).toBe('locked');
    owner.unlockUnattended({ OFFPEAK_PASSPHRASE: PASSPHRASE });
    await vi.waitFor(() => expect(state()?.state).toBe('open'));
    expect(world.logged.join()).not.toContain('locked');
  });

  it('of such a host stay locked with a wrong one, which is in the log', async () => {
    await owner.createVault(PASSPHRASE);
    owner.lock();
    owner.unlockUnattended({ OFFPEAK_PASSPHRASE: 'a wrong one altogether' });
    await vi.waitFor(() => expect(world.logged.join()).toContain('The keys stay locked'));
    expect(world.logged.join()).not.toContain('a wrong one altogether');
    expect(vault.state()).toBe('locked');
  });
});

describe('which identity an owner means', () => {
  it('is the leading one where none is named', async () => {
    await world.lend('GPU-1', 'GPU-2');
    await world.work('GPU-2');
    expect(owner.lender(null).card).toBe('GPU-2');
    expect(owner.lender(world.practice.of('GPU-1').host).card).toBe('GPU-1');
    expect(() => owner.lender('Somebody')).toThrow(
      expect.objectContaining({ code: 'wallet.unknown-address' }),
    );
  });
});

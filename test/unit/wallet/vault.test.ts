import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { verify, createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addressBytes } from '../../../app/adapters/solana/addresses.ts';
import { openVault, type Vault } from '../../../app/wallet/vault.ts';
import { CHEAP, freshFile, keyFile, openOne, PASSPHRASE, vaultAt } from './vault-kit.ts';

const OTHER = 'another sentence that is long enough';
const CARD = 'GPU-4b1c8f0e-0d2e-4c6b-9a63-0f3f7a4f2a11';

describe('a vault', () => {
  it('is none, then open, then locked, and a new process finds it locked', async () => {
    const file = freshFile();
    const vault = vaultAt(file);
    expect(vault.state()).toBe('none');
    expect(existsSync(dirname(file))).toBe(false);
    await vault.create(PASSPHRASE);
    expect(vault.state()).toBe('open');
    vault.lock();
    expect(vault.state()).toBe('locked');
    const next = vaultAt(file);
    expect(next.state()).toBe('locked');
    await next.unlock(PASSPHRASE);
    expect(next.state()).toBe('open');
  });

  it('can be read by its owner alone', async () => {
    const { file } = await openOne();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('says no to a wrong passphrase, and nothing more', async () => {
    const { file, vault } = await openOne();
    vault.lock();
    const error: unknown = await vault.unlock(OTHER).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'wallet.wrong-passphrase', cause: undefined });
    expect(String(error)).toBe('OffpeakError: This is not the passphrase.');
    expect(vaultAt(file).state()).toBe('locked');
  });

  it('opens however a keyboard spells an accent', async () => {
    const vault = vaultAt(freshFile());
    await vault.create('trois h\u00e9rons au bord');
    vault.lock();
    await vault.unlock('trois he\u0301rons au bord');
    expect(vault.state()).toBe('open');
  });

  it('asks for a passphrase that is worth the name, and never replaces what is there', async () => {
    const file = freshFile();
    await expect(vaultAt(file).create('short')).rejects.toMatchObject({
      code: 'wallet.weak-passphrase',
    });
    expect(existsSync(file)).toBe(false);
    await openOne(file);
    await expect(vaultAt(file).create(OTHER)).rejects.toMatchObject({
      code: 'wallet.vault-exists',
    });
    await vaultAt(file).unlock(PASSPHRASE);
  });

  it('takes another passphrase without touching a key', async () => {
    const { file, vault } = await openOne();
    const { address } = await vault.createKey('first');
    const before = stored(file);
    await expect(vault.changePassphrase(OTHER, OTHER)).rejects.toMatchObject({
      code: 'wallet.wrong-passphrase',
    });
    await expect(vault.changePassphrase(PASSPHRASE, 'short')).rejects.toMatchObject({
      code: 'wallet.weak-passphrase',
    });
    await vault.changePassphrase(PASSPHRASE, OTHER);
    expect(stored(file).keys).toEqual(before.keys);
    await expect(vaultAt(file).unlock(PASSPHRASE)).rejects.toThrow(/not the passphrase/);
    const next = vaultAt(file);
    await next.unlock(OTHER);
    await signs(next, address);
    // The one that was open stays open: its keys are the same.
    await signs(vault, address);
  });

  it('is made stronger when it opens, where it was made by an older Offpeak', async () => {
    const { file, vault } = await openOne();
    const { address } = await vault.createKey('old');
    const today = { ...CHEAP, n: 2 ** 6 };
    const next = vaultAt(file, { cost: today });
    await next.unlock(PASSPHRASE);
    expect(stored(file).lock.cost).toEqual(today);
    const again = vaultAt(file);
    await again.unlock(PASSPHRASE);
    await signs(again, address);
    expect(stored(file).lock.cost, 'and never weaker').toEqual(today);
  });

  it('costs a thief 128 MiB and a good while for each try', async () => {
    const file = freshFile();
    await openVault(file, { isPractice: () => false }).create(PASSPHRASE);
    expect(stored(file).lock).toMatchObject({ kind: 'scrypt', cost: { n: 131072, r: 8, p: 1 } });
  });

  it('stays shut for everything that needs a key', async () => {
    const { vault } = await openOne();
    const { address } = await vault.createKey('first');
    vault.lock();
    expect(() => vault.signer(address)).toThrow(/locked/);
    await expect(vault.createKey('second')).rejects.toMatchObject({ code: 'wallet.locked' });
    await expect(vault.importFile(keyFile().path, 'x')).rejects.toMatchObject({
      code: 'wallet.locked',
    });
    expect(vault.identities()).toHaveLength(1);
  });

  it('asks for keys to be made where there is no vault', async () => {
    const vault = vaultAt(freshFile());
    const noVault = { code: 'wallet.no-vault' };
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject(noVault);
    await expect(vault.createKey('x')).rejects.toMatchObject(noVault);
    await expect(vault.assign('x', null)).rejects.toMatchObject(noVault);
    expect(vault.identities()).toEqual([]);
  });
});

describe('a signer', () => {
  it('signs so that everybody can check it, until the vault is locked', async () => {
    const { vault } = await openOne();
    const { address } = await vault.createKey('first');
    const signer = vault.signer(address);
    await signs(vault, address);
    vault.lock();
    expect(() => signer.sign(new Uint8Array(3))).toThrow(/locked/);
    await vault.unlock(PASSPHRASE);
    expect(signer.sign(new Uint8Array(3))).toHaveLength(64);
  });

  it('signs for the addresses of this host alone', async () => {
    const { vault } = await openOne();
    expect(() => vault.signer(keyFile().key.publicKey.toBase58())).toThrow(
      expect.objectContaining({ code: 'wallet.unknown-address' }) as Error,
    );
  });

  it('shows nothing of its key', async () => {
    const { vault } = await openOne();
    const { address } = await vault.createKey('first');
    expect(Object.keys(vault.signer(address))).toEqual(['address', 'sign']);
    expect(Object.keys(vault)).toEqual([]);
  });
});

describe('one key per card', () => {
  let vault: Vault;
  let first: string;
  let second: string;
  beforeAll(async () => {
    let time = 0;
    vault = vaultAt(freshFile(), { now: () => ++time });
    await vault.create(PASSPHRASE);
    ({ address: first } = await vault.createKey('first'));
    ({ address: second } = await vault.createKey('second'));
  });

  it('has no card at first, and stands in the order in which it was made', () => {
    expect(vault.identities()).toEqual([
      { address: first, label: 'first', card: null, createdAt: 1 },
      { address: second, label: 'second', card: null, createdAt: 2 },
    ]);
    expect(vault.identityFor(CARD)).toBeNull();
    expect(vault.identityFor(null)?.address).toBe(first);
  });

  it('works with one card, also while it is locked', async () => {
    vault.lock();
    await vault.assign(first, CARD);
    expect(vault.identityFor(CARD)?.address).toBe(first);
    expect(vault.identityFor(null)?.address).toBe(second);
  });

  it('shares it with no other key, and says who has it', async () => {
    await expect(vault.assign(second, CARD)).rejects.toMatchObject({
      code: 'wallet.card-taken',
      message: expect.stringContaining(first) as string,
    });
    await vault.assign(first, CARD);
    await vault.assign(first, null);
    await vault.assign(second, CARD);
    expect(vault.identityFor(CARD)?.address).toBe(second);
    await expect(vault.assign('nobody', CARD)).rejects.toMatchObject({
      code: 'wallet.unknown-address',
    });
  });
});

describe('the file of a vault', () => {
  it('may be written by two at once, and loses nothing', async () => {
    const { file } = await openOne();
    const two = [vaultAt(file), vaultAt(file)] as const;
    for (const vault of two) await vault.unlock(PASSPHRASE);
    const jobs = Array.from({ length: 10 }, (_, i) => two[i % 2 === 0 ? 0 : 1].createKey(`${i}`));
    const made = (await Promise.all(jobs)).map(({ address }) => address).sort();
    const seen = two.map((vault) =>
      vault
        .identities()
        .map(({ address }) => address)
        .sort(),
    );
    expect(seen).toEqual([made, made]);
    for (const address of made) await signs(two[0], address);
  });

  it('is as it was when a write did not come to its end', async () => {
    const { file, vault } = await openOne();
    await vault.createKey('first');
    const before = readFileSync(file, 'utf8');
    // What a power cut in the middle of a write leaves.
    writeFileSync(`${file}.next`, before.slice(0, 100));
    expect(vault.identities()).toHaveLength(1);
    await vault.createKey('second');
    expect(vault.identities()).toHaveLength(2);
    expect(readdirSync(dirname(file)).sort()).toEqual(['keys.json', 'lock.db']);
  });

  it.each([
    ['is empty', ''],
    ['is cut off', '{"version":1,"lock":'],
    ['is something else', '{"hello":1}'],
    ['asks for all memory', JSON.stringify({ version: 1, lock: { cost: { n: 2 ** 30 } } })],
  ])('that %s is called damaged and left alone', async (_name, text) => {
    const { file, vault } = await openOne();
    writeFileSync(file, text);
    expect(() => vault.state()).toThrow(/damaged/);
    await expect(vault.createKey('x')).rejects.toMatchObject({ code: 'wallet.vault-damaged' });
    await expect(vault.create(OTHER)).rejects.toMatchObject({ code: 'wallet.vault-damaged' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('of a newer Offpeak asks for an update', async () => {
    const { file, vault } = await openOne();
    writeFileSync(file, '{"version":2}');
    expect(() => vault.state()).toThrow(
      expect.objectContaining({ code: 'storage.newer-version' }) as Error,
    );
  });

  it('gives no key away under the name of another', async () => {
    const { file, vault } = await openOne();
    const [a, b] = [await vault.createKey('a'), await vault.createKey('b')];
    const content = stored(file);
    const [first, second] = content.keys;
    if (!first || !second) throw new Error('two keys were made');
    const swapped = [
      { ...first, secret: second.secret },
      { ...second, secret: first.secret },
    ];
    writeFileSync(file, JSON.stringify({ ...content, keys: swapped }));
    for (const { address } of [a, b]) expect(() => vault.signer(address)).toThrow(/damaged/);
  });

  it('that was put in place of another closes it: no key is sealed for the wrong one', async () => {
    const { file, vault } = await openOne();
    rmSync(file);
    expect(vault.state()).toBe('none');
    await vaultAt(file).create(OTHER);
    expect(vault.state()).toBe('locked');
    await expect(vault.createKey('lost')).rejects.toMatchObject({ code: 'wallet.locked' });
    await vault.unlock(OTHER);
    await signs(vault, (await vault.createKey('kept')).address);
  });
});

async function signs(vault: Vault, address: string): Promise<void> {
  const message = Buffer.from('what a host would sign');
  const signature = await vault.signer(address).sign(message);
  // An ed25519 key as Node takes it (SPKI head, RFC 8410).
  const head = Buffer.from('302a300506032b6570032100', 'hex');
  const der = Buffer.concat([head, addressBytes(address)]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  expect(verify(null, message, key, signature)).toBe(true);
}

const Stored = z.looseObject({
  lock: z.looseObject({ cost: z.object({ n: z.number(), r: z.number(), p: z.number() }) }),
  keys: z.array(z.looseObject({ secret: z.looseObject({}) })),
});

function stored(file: string): z.infer<typeof Stored> {
  return Stored.parse(JSON.parse(readFileSync(file, 'utf8')));
}

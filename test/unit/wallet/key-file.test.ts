import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import { encodeBase58 } from '../../../app/contract/base58.ts';
import { keyFile, openOne, PASSPHRASE, vaultAt, freshFile } from './vault-kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-keys-'));
const key = Keypair.generate();
const secret = [...key.secretKey];

function file(text: string | Uint8Array): string {
  const path = join(mkdtempSync(join(folder, 'one-')), 'key.json');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** What an import says; its words must never hold a piece of the key. */
async function refusal(path: string) {
  const { vault } = await openOne();
  const error: unknown = await vault.importFile(path, 'x').catch((thrown: unknown) => thrown);
  expect(vault.identities()).toEqual([]);
  return error;
}

describe('a key file', () => {
  it.each([
    ['of the official node', JSON.stringify(secret)],
    ['that somebody laid out in lines', JSON.stringify(secret, null, 2)],
    ['with a mark of Windows editors before it', `\uFEFF${JSON.stringify(secret)}\r\n`],
    ['in base58, as wallets export it', encodeBase58(key.secretKey)],
    ['in base58 with a line end', `${encodeBase58(key.secretKey)}\n`],
  ])('%s becomes the same address that Solana makes of it', async (_name, text) => {
    const { vault } = await openOne();
    const { identity, known, readableByOthers } = await vault.importFile(file(text), 'mine');
    expect(identity).toMatchObject({ address: key.publicKey.toBase58(), label: 'mine' });
    expect({ known, readableByOthers }).toEqual({ known: false, readableByOthers: false });
  });

  it('may be imported twice: the first label and card stay', async () => {
    const { vault } = await openOne();
    const { path } = keyFile(key);
    const { identity } = await vault.importFile(path, 'mine');
    await vault.assign(identity.address, 'GPU-1');
    const again = await vault.importFile(path, 'another name');
    expect(again).toMatchObject({ known: true, identity: { label: 'mine', card: 'GPU-1' } });
    expect(vault.identities()).toHaveLength(1);
  });

  it('that others can read is taken, with a warning', async () => {
    const { vault } = await openOne();
    const { path } = keyFile();
    chmodSync(path, 0o644);
    expect((await vault.importFile(path, 'x')).readableByOthers).toBe(true);
  });

  it('of the practice network is never taken for the real one', async () => {
    const vault = vaultAt(freshFile(), { isPractice: (a) => a === key.publicKey.toBase58() });
    await vault.create(PASSPHRASE);
    await expect(vault.importFile(keyFile(key).path, 'x')).rejects.toMatchObject({
      code: 'wallet.practice-key',
    });
    expect(vault.identities()).toEqual([]);
  });

  const mixed = [...secret.slice(0, 32), ...Keypair.generate().secretKey.slice(32)];
  it.each([
    ['nothing', '', 'wallet.key-file-unknown'],
    ['prose', 'my key is at home', 'wallet.key-file-unknown'],
    ['half a list', JSON.stringify(secret).slice(0, 90), 'wallet.key-file-unknown'],
    ['an object', JSON.stringify({ key: secret }), 'wallet.key-file-unknown'],
    [
      'numbers that are no bytes',
      JSON.stringify([...secret.slice(1), 256]),
      'wallet.key-file-unknown',
    ],
    ['texts', JSON.stringify(secret.map(String)), 'wallet.key-file-unknown'],
    ['a long list', `[${'1,'.repeat(9_000)}1]`, 'wallet.key-file-unknown'],
    ['63 numbers', JSON.stringify(secret.slice(1)), 'wallet.key-file-length'],
    ['a seed alone', JSON.stringify(secret.slice(0, 32)), 'wallet.key-file-address'],
    ['an address', key.publicKey.toBase58(), 'wallet.key-file-address'],
    ['halves of two keys', JSON.stringify(mixed), 'wallet.key-file-mismatch'],
  ])('with %s is refused by name, without a word of what it holds', async (_name, text, code) => {
    const error = await refusal(file(text));
    expect(error).toMatchObject({ code, cause: undefined });
    const words = String(error);
    for (const run of [text.slice(0, 12), text.slice(30, 42)].filter((one) => one.length > 8)) {
      expect(words).not.toContain(run);
    }
  });

  it('says how long the key is where its length is wrong', async () => {
    expect(String(await refusal(file(JSON.stringify(secret.slice(1)))))).toContain('63 bytes');
  });

  it('that is not there, a folder or a pipe is named', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [join(folder, 'none.json'), folder, pipe]) {
      const error = await refusal(path);
      expect(error).toMatchObject({ code: 'wallet.key-file-unreadable' });
      expect(String(error)).toContain(path);
    }
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { openVault, type Vault, type VaultOptions } from '../../../app/wallet/vault.ts';

export const PASSPHRASE = 'seven grey herons over the weir';
/** A try at a passphrase that costs nothing; the real cost has a test of its own. */
export const CHEAP = { n: 2 ** 4, r: 8, p: 1 };

/** A folder of its own, and where its vault would lie. */
export function freshFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'offpeak-vault-')), 'wallet', 'keys.json');
}

/** A vault in this file, as another process would open it. */
export function vaultAt(file: string, options: Partial<VaultOptions> = {}): Vault {
  return openVault(file, { isPractice: () => false, cost: CHEAP, ...options });
}

/** A first vault, open. */
export async function openOne(file = freshFile()): Promise<{ vault: Vault; file: string }> {
  const vault = vaultAt(file);
  await vault.create(PASSPHRASE);
  return { vault, file };
}

/** A key made by Solana's own library, in a file as its command line writes it. */
export function keyFile(key = Keypair.generate(), mode = 0o600): { path: string; key: Keypair } {
  const path = join(mkdtempSync(join(tmpdir(), 'offpeak-key-')), 'nosana_key.json');
  writeFileSync(path, JSON.stringify([...key.secretKey]), { mode });
  return { path, key };
}

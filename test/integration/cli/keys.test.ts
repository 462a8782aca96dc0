import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeBase58 } from '../../../app/contract/base58.ts';
import { IdentityView, VaultState } from '../../../app/contract/identities.ts';
import { openKeys } from '../../../app/network/practice/keys.ts';
import { offpeak } from '../../fakes/host/real-host.ts';

// Each call is a process of its own that pays the full price of the passphrase.
const SLOW = 60_000;
const PASSPHRASE = 'the canary sleeps in a tin';
const CARD = 'GPU-4b1c8f0e-0d2e-4c6b-9a63-0f3f7a4f2a11';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-keys-cli-'));
const List = z.object({ vault: VaultState, identities: z.array(IdentityView) });
const One = z.object({ identity: IdentityView });
const Refused = z.object({ error: z.object({ code: z.string() }) });

function freshHome(): string {
  return mkdtempSync(join(folder, 'home-'));
}

/** One `offpeak keys … --json` and all it printed. */
async function keys(home: string, args: string[], env: Record<string, string> = {}) {
  const given = { OFFPEAK_HOME: home, OFFPEAK_PASSPHRASE: PASSPHRASE, ...env };
  const { code, stdout, stderr } = await offpeak(['keys', ...args, '--json'], given);
  return { code, document: JSON.parse(stdout) as unknown, printed: stdout + stderr };
}

/** A key file of the official node. */
function keyFile(key: Keypair, mode = 0o600): string {
  const path = join(mkdtempSync(join(folder, 'key-')), 'nosana_key.json');
  writeFileSync(path, JSON.stringify([...key.secretKey]), { mode });
  chmodSync(path, mode);
  return path;
}

describe('offpeak keys', () => {
  it('lists nothing and writes nothing before there are keys', async () => {
    const home = freshHome();
    const { code, document } = await keys(home, ['list']);
    expect({ code, document }).toEqual({ code: 0, document: { vault: 'none', identities: [] } });
    expect(readdirSync(home)).toEqual([]);
  });

  it(
    'makes a key for each of two cards, which may be asked for at once',
    { timeout: SLOW },
    async () => {
      const home = freshHome();
      const first = One.parse((await keys(home, ['create', '--label', 'upper slot'])).document);
      const others = await Promise.all([keys(home, ['create']), keys(home, ['create'])]);
      expect(others.map(({ code }) => code)).toEqual([0, 0]);
      const assigned = await keys(home, ['assign', first.identity.address, CARD]);
      const { vault, identities } = List.parse(assigned.document);
      expect(vault).toBe('locked');
      expect(identities).toHaveLength(3);
      expect(identities[0]).toMatchObject({ label: 'upper slot', card: CARD });
      const second = identities[1]?.address ?? '';
      const taken = await keys(home, ['assign', second, CARD]);
      expect(Refused.parse(taken.document).error.code).toBe('wallet.card-taken');
      await keys(home, ['assign', first.identity.address, 'none']);
      expect((await keys(home, ['assign', second, CARD])).code).toBe(0);
    },
  );

  it('calls a line that it does not understand bad usage', async () => {
    for (const bad of [
      ['lose'],
      ['create', 'x'],
      ['import'],
      ['assign', 'x'],
      ['assign', 'x', '0'],
    ]) {
      const { code, document } = await keys(freshHome(), bad);
      expect(code, bad.join(' ')).toBe(2);
      expect(Refused.parse(document).error.code).toBe('host.bad-usage');
    }
  });

  it('never takes a key of the practice network', { timeout: SLOW }, async () => {
    const home = freshHome();
    const practice = join(home, 'practice', 'keys.json');
    openKeys(practice);
    const { host } = z.object({ host: z.array(z.number()) }).parse(read(practice));
    const key = Keypair.fromSecretKey(Uint8Array.from(host));
    const { document } = await keys(home, ['import', keyFile(key)]);
    expect(Refused.parse(document).error.code).toBe('wallet.practice-key');
  });

  // The canary: a key and a passphrase that are looked for in all that Offpeak prints and writes.
  it('lets no key and no passphrase out of the vault', { timeout: SLOW }, async () => {
    const home = freshHome();
    const canary = Keypair.generate();
    const said = [
      await keys(home, ['import', keyFile(canary, 0o644), '--label', 'canary']),
      await keys(home, ['import', keyFile(canary)], { OFFPEAK_PASSPHRASE: 'not the one at all' }),
      await keys(home, ['import', keyFile(canary)]),
      await keys(home, ['list']),
      await keys(home, ['assign', canary.publicKey.toBase58(), CARD]),
      await keys(home, ['import', damaged(canary)]),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 1, 0, 0, 0, 1]);
    expect(said[0]?.printed).toContain('Anybody on this computer can read that file');
    expect(said[2]?.document).toMatchObject({ known: true, warning: null });
    const heard = said.map(({ printed }) => printed).join('\n');
    for (const secret of spellings(canary)) {
      expect(heard).not.toContain(secret);
      for (const file of filesIn(home)) expect(readFileSync(file, 'latin1')).not.toContain(secret);
    }
    expect(heard, 'the address is no secret').toContain(canary.publicKey.toBase58());
  });
});

/** A file whose last number is missing: its error must not quote the rest. */
function damaged(key: Keypair): string {
  const path = keyFile(key);
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -3));
  return path;
}

/** Every form in which a secret might get out; the second half of a key is its address. */
function spellings(key: Keypair): string[] {
  const seed = Buffer.from(key.secretKey.subarray(0, 32));
  return [
    PASSPHRASE,
    'not the one at all',
    [...seed].join(','),
    [...seed].slice(0, 8).join(','),
    encodeBase58(key.secretKey),
    encodeBase58(seed),
    seed.toString('hex'),
    seed.toString('base64').slice(0, 40),
    seed.toString('latin1'),
  ];
}

function filesIn(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

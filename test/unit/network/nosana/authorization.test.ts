import { createNosanaAuthorization } from '@nosana/kit';
import { Keypair } from '@solana/web3.js';
import { describe, expect, it, vi } from 'vitest';
import { keypairSigner } from '../../../../app/adapters/solana/signer.ts';
import { encodeBase58 } from '../../../../app/contract/base58.ts';
import {
  encodeAuthorization,
  verifyAuthorization,
} from '../../../../app/network/nosana/authorization.ts';
import { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';
import { memorySettings } from '../../../fakes/network/memory-settings.ts';

const make = createGenerator(23);
const pair = Keypair.fromSeed(make.bytes(32));
const signer = keypairSigner(pair.secretKey);
const oracle = createNosanaAuthorization(pair.secretKey);
const JOB = make.address();
const NOW = 1_800_000_000_000;

describe('a host', () => {
  it('shows itself with the header, over its own key and with the time', async () => {
    const network = new NosanaNetwork({
      id: 'practice',
      practice: true,
      signer,
      genesisRule: 'practice',
      settings: memorySettings(),
    });
    const signed = verifyAuthorization(await network.authorize(JOB), signer.address);
    expect(signed?.message).toBe(JOB);
    expect(Math.abs((signed?.time ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe('the header of the network', () => {
  it("is letter for letter what Nosana's own client writes", async () => {
    for (const message of [JOB, 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51', 'a']) {
      const theirs = await oracle.generate(message, { includeTime: false, separator: ':' });
      expect(await encodeAuthorization(message, signer, null)).toBe(theirs);
    }
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const timed = await oracle.generate(JOB, { includeTime: true, separator: ':' });
    vi.useRealTimers();
    expect(await encodeAuthorization(JOB, signer, NOW)).toBe(timed);
  });

  it("is believed by Nosana's own client", async () => {
    const header = await encodeAuthorization(JOB, signer, Date.now());
    const options = { expiry: 300, separator: ':', expected_message: JOB };
    expect(oracle.validate(header, pair.publicKey.toBytes(), options)).toBe(true);
  });

  it('tells what was signed and when', async () => {
    const timed = await oracle.generate(JOB, { includeTime: true, separator: ':' });
    const read = verifyAuthorization(timed, signer.address);
    expect(read?.message).toBe(JOB);
    expect(read?.time).toBeGreaterThan(NOW - 1e12);
    const plain = await oracle.generate(JOB, { includeTime: false, separator: ':' });
    expect(verifyAuthorization(plain, signer.address)).toEqual({ message: JOB, time: null });
  });

  it('is not believed when somebody else signed it, or something else was signed', async () => {
    const header = await encodeAuthorization(JOB, signer, NOW);
    expect(verifyAuthorization(header, make.address())).toBeNull();
    expect(verifyAuthorization(header.replace(JOB, make.address()), signer.address)).toBeNull();
    const [message = '', , time = ''] = header.split(':');
    const other = encodeBase58(make.bytes(64));
    expect(verifyAuthorization([message, other, time].join(':'), signer.address)).toBeNull();
  });

  it('is not read when it is malformed', async () => {
    const good = await encodeAuthorization(JOB, signer, null);
    const [, signature = ''] = good.split(':');
    const bad = [
      '',
      ':',
      JOB,
      `${JOB}:`,
      `:${signature}`,
      `${JOB}:${signature}:`,
      `${JOB}:${signature}:soon`,
      `${JOB}:${signature}:-1`,
      `${JOB}:${signature}:0${NOW}`,
      `${JOB}:${signature}:${NOW}:more`,
      `${JOB}:1${signature}`,
      `${JOB}:${signature.slice(1)}`,
      `${JOB}:0OIl`,
      `${JOB}:${'1'.repeat(100_000)}`,
      `Bearer ${JOB}:${signature}`,
    ];
    for (const header of bad) expect(verifyAuthorization(header, signer.address)).toBeNull();
    expect(verifyAuthorization(good, 'nonsense')).toBeNull();
  });

  it('is never made of a message that would read as two parts', async () => {
    for (const message of ['', 'a:b', 'two words', 'line\nbreak']) {
      await expect(encodeAuthorization(message, signer, NOW)).rejects.toThrow(/cannot stand/);
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkChanges, NetworkChoices } from '../../../app/contract/network-choices.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import {
  readNetworkChoices,
  readNetworkSecrets,
  writeNetworkChoices,
} from '../../../app/storage/network-choices.ts';
import { openSettings, type Settings } from '../../../app/storage/settings.ts';

let db: Database;
let settings: Settings;
beforeEach(() => {
  db = openDatabase(':memory:');
  settings = openSettings(db);
});
afterEach(() => db.close());

describe('what the owner chose about the network', () => {
  it('is practice, nothing read, and modest limits, before anything was chosen', () => {
    const choices = readNetworkChoices(settings);
    expect(choices).toMatchObject({ kind: 'practice', acknowledgedAt: null, contact: null });
    expect(choices).toMatchObject({ rpcOrigins: [], pinOrigin: null, hasPinToken: false });
    expect(NetworkChoices.parse(choices)).toEqual(choices);
  });

  it('never shows keys in addresses, nor the token', () => {
    writeNetworkChoices(settings, {
      rpcUrls: ['https://rpc.example/v1/SECRET?key=SECRET', 'https://user:SECRET@b.example/'],
      gateways: ['https://gateway.example/ipfs?token=SECRET'],
      pinUrl: 'https://pin.example/SECRET',
      pinToken: 'SECRET',
    });
    const choices = readNetworkChoices(settings);
    expect(JSON.stringify(choices)).not.toContain('SECRET');
    expect(choices).toMatchObject({
      rpcOrigins: ['https://rpc.example', 'https://b.example'],
      gatewayOrigins: ['https://gateway.example'],
      pinOrigin: 'https://pin.example',
      hasPinToken: true,
    });
    expect(readNetworkSecrets(settings).pinToken).toBe('SECRET');
  });

  it('keeps what is not named, and forgets what is set to nothing', () => {
    const contact = { email: 'me@example.org', discord: null, twitter: null };
    writeNetworkChoices(settings, { pinUrl: 'https://pin.example', pinToken: 't', contact });
    writeNetworkChoices(settings, { maxFee: '7' });
    expect(readNetworkChoices(settings)).toMatchObject({ maxFee: '7', hasPinToken: true, contact });
    writeNetworkChoices(settings, { pinToken: null, contact: null });
    expect(readNetworkChoices(settings)).toMatchObject({ hasPinToken: false, contact: null });
  });

  it('is safe again where a record is damaged', () => {
    for (const key of ['network.contact', 'network.rpc-urls', 'network.kind']) {
      settings.set(key, '{"half');
    }
    expect(readNetworkChoices(settings)).toMatchObject({
      kind: 'practice',
      contact: null,
      rpcOrigins: [],
    });
  });
});

describe('what may be set', () => {
  it.each<[string, object]>([
    ['an address that is none', { rpcUrls: ['rpc.example'] }],
    ['another protocol', { pinUrl: 'ftp://pin.example' }],
    ['a fee below nothing', { maxFee: '-1' }],
    ['a fee with decimals', { maxFee: '0.5' }],
    ['an e-mail address that is none', { contact: { email: 'me' } }],
  ])('is not %s', (_what, changes) => {
    expect(NetworkChanges.safeParse(changes).success).toBe(false);
  });
});

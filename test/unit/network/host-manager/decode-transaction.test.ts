import { describe, expect, it } from 'vitest';
import { decodeTransaction } from '../../../../app/adapters/solana/decode-transaction.ts';
import { cook, good } from '../../../fakes/host-manager/key-transactions.ts';

describe('bytes that have a second reading', () => {
  const wire = cook({ instructions: good() });
  it.each<[string, Uint8Array]>([
    ['more behind the end', Buffer.concat([wire, Buffer.from([0])])],
    ['an end too early', wire.subarray(0, -1)],
    ['a number written the long way', Buffer.concat([Buffer.from([0x82, 0]), wire.subarray(1)])],
    ['nothing', new Uint8Array()],
    ['noise', Uint8Array.from({ length: 300 }, (_value, i) => (i * 37) % 251)],
    ['more than fits into a packet', new Uint8Array(1_233)],
  ])('are no transaction: %s', (_what, bytes) => {
    expect(decodeTransaction(bytes)).toBeNull();
  });

  it('are no transaction where a version after 0 is named', () => {
    const later = Buffer.from(cook({ instructions: good(), version: 0 }));
    const at = 1 + 2 * 64; // behind two signatures
    expect(later[at]).toBe(0x80);
    later[at] = 0x81;
    expect(decodeTransaction(later)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import {
  type AccountCodec,
  jobCodec,
  LONGEST_QUEUE,
  marketCodec,
  runCodec,
  sampleMarket,
  stakeCodec,
} from '../../../fakes/network/account-codecs.ts';
import { createExtremes, createGenerator } from '../../../fakes/network/generator.ts';

/** Nosana's own generated client is the judge of every byte. */
const ROUNDS = 300;
/** Of everything that is not an account. */
const HOSTILE_ROUNDS = 500;

describeCodec(marketCodec);
describeCodec(jobCodec);
describeCodec(runCodec);
describeCodec(stakeCodec);

describe('the queue of a market', () => {
  it.each([0, 1, LONGEST_QUEUE])('of %i is read and written in order', (length) => {
    agree(marketCodec, sampleMarket(createGenerator(length + 1), length));
  });

  it('that fills the account leaves no padding', () => {
    const market = sampleMarket(createGenerator(7), LONGEST_QUEUE);
    const bytes = marketCodec.encode(market);
    expect(bytes).toHaveLength(151 + 32 * LONGEST_QUEUE);
    expect(marketCodec.decode(bytes)).toEqual(market);
  });

  it.each([1, 2, 316, 320, 65_536, 0x7fff_ffff, 0xffff_ffff])(
    'that is said to be %i long in an account without room for it is refused',
    (length) => {
      const market = marketCodec.encode(sampleMarket(createGenerator(1), 0));
      Buffer.from(market.buffer).writeUInt32LE(length, 147);
      const whole = length < 316 ? market : padded(market, marketCodec.space);
      expect(refusal(() => marketCodec.decode(whole))).toBe('network.account-malformed');
    },
  );
});

function describeCodec<Ours, Args, Theirs extends Args>(
  codec: AccountCodec<Ours, Args, Theirs>,
): void {
  describe(`a ${codec.name} account`, () => {
    it('has byte for byte the form that Nosana’s own client gives it, and reads the same', () => {
      for (let seed = 1; seed <= ROUNDS; seed++) {
        agree(codec, codec.sample(createGenerator(seed)), `seed ${seed}`);
      }
    });

    it.each(['smallest', 'largest'] as const)('holds the %s of every number', (end) => {
      agree(codec, codec.sample(createExtremes(end)));
    });

    it('is read out of the middle of other bytes, as a packet from the network may have it', () => {
      const account = codec.sample(createGenerator(3));
      const bytes = codec.encode(account);
      const packet = Buffer.concat([Buffer.alloc(13, 0xaa), bytes, Buffer.alloc(5, 0xbb)]);
      expect(codec.decode(packet.subarray(13, 13 + bytes.length))).toEqual(account);
    });

    it('does not change when the bytes it was read from do', () => {
      const account = codec.sample(createGenerator(4));
      const bytes = codec.encode(account);
      const read = codec.decode(bytes);
      bytes.fill(0);
      expect(read).toEqual(account);
    });

    it('that ends too early is refused, wherever it ends', () => {
      const bytes = codec.encode(codec.sample(createGenerator(5)));
      for (let length = 0; length < bytes.length; length++) {
        const cut = (): unknown => codec.decode(bytes.subarray(0, length));
        expect(refusal(cut), `${length} bytes`).toBe('network.account-malformed');
      }
    });

    it('of another type is refused', () => {
      for (const other of [marketCodec, jobCodec, runCodec, stakeCodec]) {
        if (other.name === codec.name) continue;
        const bytes = Buffer.alloc(10_232);
        bytes.set(otherType(other.name));
        expect(
          refusal(() => codec.decode(bytes)),
          other.name,
        ).toBe('network.account-malformed');
      }
    });

    it('of random bytes is refused, or read as Nosana’s own client reads it', () => {
      const type = codec.encode(codec.sample(createGenerator(6))).subarray(0, 8);
      let read = 0;
      for (let seed = 1; seed <= HOSTILE_ROUNDS; seed++) {
        const make = createGenerator(seed);
        const data = make.bytes(make.below(400));
        if (seed % 4 !== 0) data.set(type.subarray(0, data.length));
        const ours = attempt(() => codec.decode(data));
        if (ours === 'network.account-malformed') continue;
        expect(ours, `seed ${seed}`).toEqual(codec.toOurs(codec.theirs.decode(data)));
        read += 1;
      }
      // A random length of a queue never fits; the other accounts have no lengths in them.
      if (codec.name !== 'market') expect(read).toBeGreaterThan(HOSTILE_ROUNDS / 5);
    });

    it('of one wrong bit is read as Nosana’s own client reads it, or refused', () => {
      const whole = padded(codec.encode(codec.sample(createGenerator(8))), codec.space);
      for (let seed = 1; seed <= HOSTILE_ROUNDS; seed++) {
        const data = whole.slice();
        const bit = createGenerator(seed).below(8 * Math.min(codec.space, 320));
        data.set([(data[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
        const ours = attempt(() => codec.decode(data));
        if (ours === 'network.account-malformed') continue;
        expect(ours, `bit ${bit}`).toEqual(codec.toOurs(codec.theirs.decode(data)));
      }
    });
  });
}

/** Both ways, with and without the zeros that fill an account. */
function agree<Ours, Args, Theirs extends Args>(
  codec: AccountCodec<Ours, Args, Theirs>,
  account: Ours,
  hint?: string,
): void {
  const bytes = codec.encode(account);
  expect(hex(bytes), hint).toBe(hex(codec.theirs.encode(codec.toTheirs(account))));
  const whole = padded(bytes, Math.max(codec.space, bytes.length));
  expect(codec.decode(whole), hint).toEqual(account);
  expect(codec.decode(bytes), hint).toEqual(account);
  expect(codec.toOurs(codec.theirs.decode(whole)), hint).toEqual(account);
}

function otherType(name: string): Uint8Array {
  const make = createGenerator(1);
  switch (name) {
    case 'market':
      return marketCodec.encode(marketCodec.sample(make)).subarray(0, 8);
    case 'job':
      return jobCodec.encode(jobCodec.sample(make)).subarray(0, 8);
    case 'run':
      return runCodec.encode(runCodec.sample(make)).subarray(0, 8);
    default:
      return stakeCodec.encode(stakeCodec.sample(make)).subarray(0, 8);
  }
}

/** What was read, or the code of the refusal; anything else that is thrown is a crash. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof OffpeakError) return error.code;
    throw error;
  }
}

function refusal(read: () => unknown): unknown {
  const outcome = attempt(read);
  return typeof outcome === 'string' ? outcome : 'was read';
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}

function hex(bytes: ArrayLike<number>): string {
  return Buffer.from(Uint8Array.from(bytes)).toString('hex');
}

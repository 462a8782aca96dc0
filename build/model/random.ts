/** A stream of 32-bit numbers. */
export interface RandomStream {
  /** The next number, 0 to 2^32 - 1. */
  next(): number;
}

/**
 * Makes xorshift32 (Marsaglia 2003) from any 32-bit seed; llm.c has the same one.
 * The seed is mixed first (the finaliser of MurmurHash3), so that neighbouring seeds start far apart.
 */
export function createRandomStream(seed: number): RandomStream {
  let state = mix((seed + 0x9e3779b9) >>> 0) || 1;
  return {
    next(): number {
      state ^= state << 13;
      state ^= state >>> 17;
      state = (state ^ (state << 5)) >>> 0;
      return state;
    },
  };
}

function mix(seed: number): number {
  let bits = seed;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

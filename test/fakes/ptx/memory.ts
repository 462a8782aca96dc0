/** The memory of a card: one piece, with the addresses of another world. */
export class CardMemory {
  readonly #bytes: Buffer;
  #taken = 0;

  constructor(bytes: number) {
    this.#bytes = Buffer.alloc(bytes);
  }

  /** What is given is aligned to 256 bytes, as a driver does it. */
  allocate(bytes: number): bigint {
    const at = this.#taken;
    this.#taken += Math.ceil(bytes / 256) * 256;
    if (this.#taken > this.#bytes.length) throw new Error('there is not so much memory');
    return BASE + BigInt(at);
  }

  /** The bytes at an address themselves. Throws where nothing was allocated. */
  at(address: bigint, bytes: number): Buffer {
    const from = Number(address - BASE);
    if (from < 0 || from + bytes > this.#taken) throw new Error('an illegal address');
    if (from % Math.min(bytes, 16) !== 0) throw new Error('a misaligned address');
    return this.#bytes.subarray(from, from + bytes);
  }
}

const BASE = 0x7f00_0000_0000n;

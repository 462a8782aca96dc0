import { addressBytes, addressText } from '../../adapters/solana/addresses.ts';
import { OffpeakError } from '../../contract/errors.ts';

/** Reads little-endian fields one after the other; throws `network.account-malformed` at the end. */
export class ByteReader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#data.length) throw new OffpeakError('network.account-malformed');
    const from = this.#at;
    this.#at += length;
    return new Uint8Array(this.#data.subarray(from, this.#at));
  }

  u8(): number {
    return this.#field(1).readUInt8();
  }

  u16(): number {
    return this.#field(2).readUInt16LE();
  }

  u32(): number {
    return this.#field(4).readUInt32LE();
  }

  u64(): bigint {
    return this.#field(8).readBigUInt64LE();
  }

  i64(): bigint {
    return this.#field(8).readBigInt64LE();
  }

  u128(): bigint {
    const low = this.u64();
    return low + (this.u64() << 64n);
  }

  address(): string {
    return addressText(this.bytes(32));
  }

  #field(length: number): Buffer {
    return Buffer.from(this.bytes(length));
  }
}

/** Collects little-endian fields. Numbers outside their type throw a RangeError: a bug of ours. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  u8(value: number): this {
    return this.#field(1, (field) => field.writeUInt8(value));
  }

  u32(value: number): this {
    return this.#field(4, (field) => field.writeUInt32LE(value));
  }

  u64(value: bigint): this {
    return this.#field(8, (field) => field.writeBigUInt64LE(value));
  }

  i64(value: bigint): this {
    return this.#field(8, (field) => field.writeBigInt64LE(value));
  }

  u128(value: bigint): this {
    return this.u64(value & 0xffff_ffff_ffff_ffffn).u64(value >> 64n);
  }

  address(address: string): this {
    return this.bytes(addressBytes(address));
  }

  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  #field(length: number, write: (field: Buffer) => void): this {
    const field = Buffer.alloc(length);
    write(field);
    return this.bytes(field);
  }
}

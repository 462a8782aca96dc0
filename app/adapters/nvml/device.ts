import { NVML, type NvmlFunction, type NvmlLibrary } from './library.ts';

/** The whole library stopped working: its session has to be opened anew. `status` is nvmlReturn_t. */
export class NvmlFault extends Error {
  readonly status: number;

  constructor(call: NvmlFunction, status: number) {
    super(`${call} answered ${status}`);
    this.status = status;
  }
}

type Arguments = readonly (number | bigint | Uint8Array)[];

/**
 * Not initialised, driver not loaded, library and driver differ: of the library, not of one card
 * (nvml.h).
 */
const OF_THE_LIBRARY: readonly number[] = [1, 9, 18];
const NO_VALUE_32 = 0xffff_ffff;

/** One card of a session. A value that it does not tell is null. */
export class NvmlDevice {
  readonly #library: NvmlLibrary;
  readonly #handle: bigint;
  // The dearest question is the one that the card does not understand (docs/readings.md).
  readonly #unsupported = new Set<string>();
  /** Whether it has left the bus or hangs, as of the last question. */
  fault: 'lost' | 'needs-reset' | null = null;

  constructor(library: NvmlLibrary, handle: bigint) {
    this.#library = library;
    this.#handle = handle;
  }

  /** Asks; true where it answered. Throws NvmlFault. */
  ask(name: NvmlFunction, ...args: Arguments): boolean {
    const question = [name, ...args.filter((one) => typeof one === 'number')].join();
    if (this.fault !== null || this.#unsupported.has(question)) return false;
    const status = this.#library.ask(name, this.#handle, ...args);
    if (OF_THE_LIBRARY.includes(status)) throw new NvmlFault(name, status);
    if (status === NVML.notSupported || status === NVML.functionNotFound) {
      this.#unsupported.add(question);
    }
    if (status === NVML.lost) this.fault = 'lost';
    if (status === NVML.resetRequired) this.fault = 'needs-reset';
    return status === NVML.ok;
  }

  /** A function that writes so many bytes; `kinds` are its arguments before them. */
  bytes(name: NvmlFunction, size: number, kinds: readonly number[] = []): Buffer | null {
    const out = Buffer.alloc(size);
    return this.ask(name, ...kinds, out) ? out : null;
  }

  uint(name: NvmlFunction, ...kinds: readonly number[]): number | null {
    const value = this.bytes(name, 4, kinds)?.readUInt32LE() ?? null;
    return value === NO_VALUE_32 ? null : value;
  }

  uint64(name: NvmlFunction, ...kinds: readonly number[]): bigint | null {
    return this.bytes(name, 8, kinds)?.readBigUInt64LE() ?? null;
  }

  text(name: NvmlFunction): string | null {
    const out = Buffer.alloc(TEXT_BYTES);
    return this.ask(name, out, TEXT_BYTES) ? textOf(out) : null;
  }
}

/** More than any name, UUID or version takes (nvml.h: at most 96). */
export const TEXT_BYTES = 128;

export function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

import koffi from 'koffi';

/*
 * Calls into the driver's libraries. Handles and addresses travel as `uint64`, results that a function
 * writes somewhere travel in buffers: so no object of koffi's leaves this file. 64-bit machines only.
 */

type NativeType = 'int' | 'uint' | 'uint64' | 'size_t' | 'void *' | 'str';
type NativeArgument = number | bigint | string | Uint8Array | null;
type Loaded = ReturnType<typeof koffi.load>;
export type NativeCall = (...args: NativeArgument[]) => number;

/** A library that is loaded into this process, for as long as the process lives. */
export class NativeLibrary {
  readonly #library: Loaded;

  private constructor(library: Loaded) {
    this.#library = library;
  }

  /** The first of these that can be loaded; a bare name is looked for where the system looks. Null: none. */
  static open(places: readonly string[]): NativeLibrary | null {
    for (const place of places) {
      try {
        return new NativeLibrary(koffi.load(place));
      } catch {
        // Not there, or not for this machine: the next place.
      }
    }
    return null;
  }

  /** A function that returns an int (a status); null where this version of the library lacks it. */
  status(name: string, args: readonly NativeType[]): NativeCall | null {
    try {
      const call = this.#library.func(name, 'int', [...args]);
      return (...values) => Number(call(...values));
    } catch {
      return null;
    }
  }
}

/** Where the bytes of a buffer lie. The caller keeps the buffer alive while the address is in use. */
export function addressOf(bytes: Uint8Array): bigint {
  return koffi.address(bytes);
}

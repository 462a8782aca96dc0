import koffi from 'koffi';

/*
 * Calls into the driver's libraries. Handles and addresses travel as `uint64`, results that a function
 * writes somewhere travel in buffers: so no object of koffi's leaves this file. 64-bit machines only.
 */

type NativeType = 'int' | 'uint' | 'uint64' | 'size_t' | 'void *' | 'str';
type NativeArgument = number | bigint | string | Uint8Array | null;
type Loaded = ReturnType<typeof koffi.load>;
export type NativeCall = (...args: NativeArgument[]) => number;
export type NativeCreator = (...args: NativeArgument[]) => bigint;
type AnyCall = (...args: NativeArgument[]) => number | bigint;
/** The functions of a library that were bound, by name. */
export type CallOf<Name extends string, Call> = (name: Name) => Call;

/** What each function of a library takes. */
type Signatures<Name extends string> = Readonly<Record<Name, readonly NativeType[]>>;

/** A call of a driver that failed, with the status that it answered. */
export abstract class NativeFault extends Error {
  abstract readonly status: number;
  /** Whether it failed for want of memory, and less could be asked for. */
  abstract readonly isMemoryShort: boolean;
}

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
    const call = this.#bind(name, 'int', args);
    return call && ((...values) => Number(call(...values)));
  }

  /** Several such functions; null where this version of the library lacks one. */
  statuses<Name extends string>(signatures: Signatures<Name>): CallOf<Name, NativeCall> | null {
    return all(signatures, (name, args) => this.status(name, args));
  }

  /** The same for functions that return a handle or an address. */
  creators<Name extends string>(signatures: Signatures<Name>): CallOf<Name, NativeCreator> | null {
    return all(signatures, (name, args) => {
      const call = this.#bind(name, 'uint64', args);
      return call && ((...values) => BigInt(call(...values)));
    });
  }

  #bind(name: string, result: NativeType, args: readonly NativeType[]): AnyCall | null {
    try {
      const call = this.#library.func(name, result, [...args]);
      return (...values) => numberOf(call(...values));
    } catch {
      return null;
    }
  }
}

function all<Name extends string, Call>(
  signatures: Signatures<Name>,
  bind: (name: Name, args: readonly NativeType[]) => Call | null,
): CallOf<Name, Call> | null {
  const calls = new Map<Name, Call>();
  for (const name in signatures) {
    const call = bind(name, signatures[name]);
    if (call === null) return null;
    calls.set(name, call);
  }
  return (name) => {
    const call = calls.get(name);
    if (call === undefined) throw new Error(`${name} was never bound`);
    return call;
  };
}

function numberOf(value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new Error(`a library answered ${typeof value}`);
}

/** Where the bytes of a buffer lie. The caller keeps the buffer alive while the address is in use. */
export function addressOf(bytes: Uint8Array): bigint {
  return koffi.address(bytes);
}

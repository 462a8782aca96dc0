import type { Card, CardProcess } from '../../contract/gpu.ts';
import type { NvmlAnswer } from './answer.ts';
import { NvmlDevice, NvmlFault, TEXT_BYTES, textOf } from './device.ts';
import { NVML, type NvmlLibrary } from './library.ts';
import { processesOf } from './processes.ts';
import { type Fixed, fixedValues, liveValues } from './values.ts';

interface Listed {
  readonly device: NvmlDevice;
  readonly fixed: Fixed;
}

/** NVML, initialised, with the cards that it found then. For one thread alone. */
export class NvmlSession {
  readonly #library: NvmlLibrary;
  readonly #versions: { readonly driver: string | null; readonly cuda: string | null };
  readonly #cards: readonly Listed[];

  private constructor(library: NvmlLibrary, cards: readonly Listed[]) {
    this.#library = library;
    this.#cards = cards;
    this.#versions = { driver: driverOf(library), cuda: cudaOf(library) };
  }

  /** Throws NvmlFault with the status of what failed. */
  static open(library: NvmlLibrary): NvmlSession {
    const status = library.ask('nvmlInit_v2');
    if (status !== NVML.ok) throw new NvmlFault('nvmlInit_v2', status);
    const count = Buffer.alloc(4);
    const counted = library.ask('nvmlDeviceGetCount_v2', count);
    if (counted !== NVML.ok) throw new NvmlFault('nvmlDeviceGetCount_v2', counted);
    const indices = Array.from({ length: count.readUInt32LE() }, (_, index) => index);
    return new NvmlSession(
      library,
      indices.flatMap((index) => listed(library, index) ?? []),
    );
  }

  /** Reads all cards. Throws NvmlFault; the session is then of no use any more. */
  read(): Extract<NvmlAnswer, { kind: 'cards' }> {
    const cards = this.#cards.map(({ device, fixed }): Card => ({
      ...fixed,
      ...liveValues(device),
    }));
    const faults = this.#cards.flatMap(({ device, fixed }) =>
      device.fault === null ? [] : [{ index: fixed.index, kind: device.fault }],
    );
    return { kind: 'cards', ...this.#versions, cards, faults };
  }

  /** Dearer than a reading: only on demand. */
  processes(): CardProcess[] {
    return this.#cards.flatMap(({ device, fixed }) =>
      processesOf(this.#library, device, fixed.index),
    );
  }

  close(): void {
    this.#library.ask('nvmlShutdown');
  }
}

// A card that may not be used by this user, or has lost its power, does not stop the others.
function listed(library: NvmlLibrary, index: number): Listed | null {
  const handle = Buffer.alloc(8);
  const status = library.ask('nvmlDeviceGetHandleByIndex_v2', index, handle);
  const device = new NvmlDevice(library, handle.readBigUInt64LE());
  if (status === NVML.lost) device.fault = 'lost';
  else if (status === NVML.resetRequired) device.fault = 'needs-reset';
  else if (status !== NVML.ok) throw new NvmlFault('nvmlDeviceGetHandleByIndex_v2', status);
  return { device, fixed: fixedValues(device, index) };
}

function driverOf(library: NvmlLibrary): string | null {
  const out = Buffer.alloc(TEXT_BYTES);
  const status = library.ask('nvmlSystemGetDriverVersion', out, TEXT_BYTES);
  return status === NVML.ok ? textOf(out) : null;
}

/** 13020 is 13.2. */
function cudaOf(library: NvmlLibrary): string | null {
  const out = Buffer.alloc(4);
  if (library.ask('nvmlSystemGetCudaDriverVersion_v2', out) !== NVML.ok) return null;
  const version = out.readInt32LE();
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

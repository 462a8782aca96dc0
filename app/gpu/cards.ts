import { NvmlReader } from '../adapters/nvml/reader.ts';
import { queryNvidiaSmi } from '../adapters/nvidia-smi.ts';
import type { CardReport } from '../contract/gpu.ts';
import { knownToDriver, nvidiaCardsOnBus } from '../platform/graphics-on-bus.ts';
import { CardReader } from './card-reader.ts';

export interface CardsOptions {
  /** Where PATH and the places of libraries are taken from; this process's environment by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** With the programs that use the cards. */
  readonly processes?: boolean;
  /** The modules of the children, where they do not lie beside their adapters. */
  readonly childEntries?:
    { readonly nvidiaSmi: string | URL; readonly nvml: string | URL } | undefined;
}

/** A reader of this computer's cards; `stop` it. */
export function openCardReader(options: CardsOptions = {}): CardReader {
  const { childEntries, env, timeoutMs } = options;
  const limits = { env, timeoutMs };
  return new CardReader({
    nvml: new NvmlReader({ ...limits, childEntry: childEntries?.nvml }),
    smi: (signal) => queryNvidiaSmi({ ...limits, signal, childEntry: childEntries?.nvidiaSmi }),
    bus: nvidiaCardsOnBus,
    known: knownToDriver,
  });
}

/** Reads all cards once. Rejects only when aborted. */
export async function readCards(options: CardsOptions = {}): Promise<CardReport> {
  const { signal = new AbortController().signal, processes = false } = options;
  const reader = openCardReader(options);
  try {
    return await reader.read({ keep: false, signal, processes });
  } finally {
    reader.stop();
  }
}

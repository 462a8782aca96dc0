import type { Card } from '../contract/gpu.ts';
import { cardOf, textsOf } from './smi-card.ts';
import { childrenOf, textAt } from './xml-node.ts';

/** A card that is still listed but whose fields say that it is gone or stuck. */
export interface CardFault {
  readonly index: number;
  readonly kind: 'lost' | 'needs-reset';
}

/** What one answer of nvidia-smi says. */
export interface SmiLog {
  readonly driver: string | null;
  readonly cuda: string | null;
  readonly cards: readonly Card[];
  readonly faults: readonly CardFault[];
}

/**
 * Reads what node-nvidia-smi made of `nvidia-smi -q -x`, of any driver from 2019 (418) to 2026
 * (595). What a card does not say, in whatever words ("N/A", "[Not Supported]", "Unknown Error",
 * "ERR!", …), is null. Null as a whole when this is not nvidia-smi's document.
 */
export function parseSmiLog(log: unknown): SmiLog | null {
  const [root] = childrenOf(log, 'nvidia_smi_log');
  if (root === undefined) return null;
  // nvidia-smi counts cards by their order on the bus, which is their order in the document. The
  // document itself names only the number of the device file, which may differ.
  const nodes = childrenOf(root, 'gpu');
  return {
    driver: version(textAt(root, ['driver_version'])),
    cuda: version(textAt(root, ['cuda_version'])),
    cards: nodes.map(cardOf),
    faults: nodes.flatMap((node, index) => faultOf(node, index) ?? []),
  };
}

function version(text: string | null): string | null {
  return text !== null && /^\d+(\.\d+)*$/.test(text) ? text : null;
}

// NVML's words for its errors "GPU is lost" (15) and "GPU requires reset" (16) stand, sometimes in
// brackets, where a number should be. Only fields that the driver alone writes are looked at.
function faultOf(node: unknown, index: number): CardFault | null {
  const says = (words: RegExp): boolean => textsOf(node).some((text) => words.test(text));
  if (says(/^\[?GPU is lost\]?$/i)) return { index, kind: 'lost' };
  if (says(/^\[?GPU requires reset\]?$/i)) return { index, kind: 'needs-reset' };
  return null;
}

import type { Card } from '../contract/gpu.ts';
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
    cards: nodes.map(toCard),
    faults: nodes.flatMap((node, index) => faultOf(node, index) ?? []),
  };
}

/**
 * Where each number stands, newest schema first; the first place that holds a number counts.
 * Under MIG a card's own numbers stand beside those of its slices, which lie deeper and are not read.
 */
const PLACES = {
  memory: [['fb_memory_usage', 'total']],
  memoryUsed: [['fb_memory_usage', 'used']],
  temperature: [['temperature', 'gpu_temp']],
  // Drivers since 2023 tell the mean of the last second and the instant apart; power_draw before that
  // was the mean too on most cards since Ampere (nvidia-smi(1), "Power Readings"), so the mean comes
  // first. The module's power is left out on purpose: it includes the processor on the same board.
  power: [
    ['gpu_power_readings', 'average_power_draw'],
    ['gpu_power_readings', 'power_draw'],
    ['gpu_power_readings', 'instant_power_draw'],
    ['power_readings', 'power_draw'],
  ],
  // What is enforced now, not what was asked for and not the factory's.
  powerLimit: [
    ['gpu_power_readings', 'current_power_limit'],
    ['power_readings', 'enforced_power_limit'],
    ['power_readings', 'power_limit'],
  ],
  fan: [['fan_speed']],
  utilization: [['utilization', 'gpu_util']],
  // The link as it is now. Cards shrink it when idle, so this is below max_link_gen at rest.
  pcieGen: [['pci', 'pci_gpu_link_info', 'pcie_gen', 'current_link_gen']],
  pcieWidth: [['pci', 'pci_gpu_link_info', 'link_widths', 'current_link_width']],
} as const satisfies Record<string, readonly (readonly string[])[]>;

// Memory in drivers before 2014 was labelled MB and meant MiB.
const MEMORY = { B: 1, KiB: 1024, MiB: 1024 ** 2, MB: 1024 ** 2, GiB: 1024 ** 3 };

function toCard(node: unknown, index: number): Card {
  const read = (place: keyof typeof PLACES, units: Units): number | null =>
    first<readonly string[], number>(PLACES[place], (path) => quantity(textAt(node, path), units));
  return {
    index,
    name: nameOf(textAt(node, ['product_name'])) ?? 'Unknown NVIDIA card',
    uuid: uuid(textAt(node, ['uuid'])),
    memoryBytes: read('memory', MEMORY),
    memoryUsedBytes: read('memoryUsed', MEMORY),
    temperatureC: read('temperature', { C: 1 }),
    powerWatts: positive(read('power', { W: 1 })),
    powerLimitWatts: positive(read('powerLimit', { W: 1 })),
    fanPercent: positive(read('fan', { '%': 1 })),
    utilizationPercent: positive(read('utilization', { '%': 1 })),
    pcieGen: read('pcieGen', { '': 1 }),
    pcieWidth: read('pcieWidth', { x: 1 }),
  };
}

/** Accepted units, each with its factor; a number with another unit is not understood. */
type Units = Readonly<Record<string, number>>;

function quantity(text: string | null, units: Units): number | null {
  const match = /^(-?\d+(?:\.\d+)?) ?(\D*)$/.exec(text ?? '');
  if (!match) return null;
  const [, number, unit = ''] = match;
  const factor = Object.entries(units).find(([name]) => name === unit)?.[1];
  return factor === undefined ? null : Number(number) * factor;
}

// A negative power or percentage is a sensor that does not work.
function positive(value: number | null): number | null {
  return value !== null && value >= 0 ? value : null;
}

function version(text: string | null): string | null {
  return text !== null && /^\d+(\.\d+)*$/.test(text) ? text : null;
}

function uuid(text: string | null): string | null {
  return text !== null && /^(GPU|MIG)-[\w-]+/.test(text) ? text : null;
}

// "[Not Supported]", "N/A", "ERR!" and the like are no names.
function nameOf(text: string | null): string | null {
  return text === null || /^\[.*\]$|^N\/A$|^ERR!$|error|GPU is lost|requires reset/i.test(text)
    ? null
    : text;
}

// NVML's words for its errors "GPU is lost" (15) and "GPU requires reset" (16) stand, sometimes in
// brackets, where a number should be. Only fields that the driver alone writes are looked at.
function faultOf(node: unknown, index: number): CardFault | null {
  const texts = Object.values(PLACES).flatMap((paths) => paths.map((path) => textAt(node, path)));
  const says = (words: RegExp): boolean => texts.some((text) => words.test(text ?? ''));
  if (says(/^\[?GPU is lost\]?$/i)) return { index, kind: 'lost' };
  if (says(/^\[?GPU requires reset\]?$/i)) return { index, kind: 'needs-reset' };
  return null;
}

function first<Item, Value>(
  items: readonly Item[],
  find: (item: Item) => Value | null,
): Value | null {
  for (const item of items) {
    const value = find(item);
    if (value !== null) return value;
  }
  return null;
}

import type { Card, SlowReason } from '../contract/gpu.ts';
import { textAt } from './xml-node.ts';

/**
 * Where each number stands, newest schema first; the first place that holds a number counts.
 * Under MIG a card's own numbers stand beside those of its slices, which lie deeper and are not read.
 */
const PLACES = {
  memory: [['fb_memory_usage', 'total']],
  memoryUsed: [['fb_memory_usage', 'used']],
  temperature: [['temperature', 'gpu_temp']],
  memoryTemperature: [['temperature', 'memory_temp']],
  slowdown: [['temperature', 'gpu_temp_slow_threshold']],
  highest: [['temperature', 'gpu_temp_max_gpu_threshold']],
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
  powerDefault: powerPlaces('default_power_limit'),
  powerMin: powerPlaces('min_power_limit'),
  powerMax: powerPlaces('max_power_limit'),
  fan: [['fan_speed']],
  utilization: [['utilization', 'gpu_util']],
  // The link as it is now. Cards shrink it when idle, so this is below max_link_gen at rest.
  pcieGen: [['pci', 'pci_gpu_link_info', 'pcie_gen', 'current_link_gen']],
  pcieWidth: [['pci', 'pci_gpu_link_info', 'link_widths', 'current_link_width']],
  pcieMaxGen: [['pci', 'pci_gpu_link_info', 'pcie_gen', 'max_link_gen']],
  pcieMaxWidth: [['pci', 'pci_gpu_link_info', 'link_widths', 'max_link_width']],
  coreClock: [['clocks', 'sm_clock']],
  memoryClock: [['clocks', 'mem_clock']],
  memoryUtilization: [['utilization', 'memory_util']],
} as const satisfies Record<string, readonly (readonly string[])[]>;

// Memory in drivers before 2014 was labelled MB and meant MiB.
const MEMORY = { B: 1, KiB: 1024, MiB: 1024 ** 2, MB: 1024 ** 2, GiB: 1024 ** 3 };

/** One card of the document. */
export function cardOf(node: unknown, index: number): Card {
  const read = (place: keyof typeof PLACES, units: Units): number | null =>
    first<readonly string[], number>(PLACES[place], (path) => quantity(textAt(node, path), units));
  const watts = (place: keyof typeof PLACES) => positive(read(place, { W: 1 }));
  const percent = (place: keyof typeof PLACES) => positive(read(place, { '%': 1 }));
  return {
    index,
    name: nameOf(textAt(node, ['product_name'])) ?? 'Unknown NVIDIA card',
    uuid: uuid(textAt(node, ['uuid'])),
    memoryBytes: read('memory', MEMORY),
    memoryUsedBytes: read('memoryUsed', MEMORY),
    temperatureC: read('temperature', { C: 1 }),
    memoryTemperatureC: read('memoryTemperature', { C: 1 }),
    slowdownC: read('slowdown', { C: 1 }),
    highestC: read('highest', { C: 1 }),
    powerWatts: watts('power'),
    powerLimitWatts: watts('powerLimit'),
    powerDefaultWatts: watts('powerDefault'),
    powerMinWatts: watts('powerMin'),
    powerMaxWatts: watts('powerMax'),
    energyJoules: null,
    fanPercent: percent('fan'),
    utilizationPercent: percent('utilization'),
    memoryUtilizationPercent: percent('memoryUtilization'),
    coreClockMhz: read('coreClock', { MHz: 1 }),
    memoryClockMhz: read('memoryClock', { MHz: 1 }),
    performanceState: quantity(textAt(node, ['performance_state'])?.replace(/^P/, '') ?? null, {
      '': 1,
    }),
    slowReasons: slowReasonsOf(node),
    pcieGen: read('pcieGen', { '': 1 }),
    pcieWidth: read('pcieWidth', { x: 1 }),
    pcieMaxGen: read('pcieMaxGen', { '': 1 }),
    pcieMaxWidth: read('pcieMaxWidth', { x: 1 }),
    ecc: eccOf(node),
    remappedRows: remappedRowsOf(node),
    isAsleep: false,
  };
}

/** What stands where numbers should: a card that is gone says so there. */
export function textsOf(node: unknown): string[] {
  const places = Object.values(PLACES).flat();
  return places.flatMap((path) => textAt(node, path) ?? []);
}

/** The names of the document, with either prefix: clocks_event_reason_, clocks_throttle_reason_. */
const REASONS: Readonly<Record<string, SlowReason>> = {
  gpu_idle: 'idle',
  applications_clocks_setting: 'application-clocks',
  sw_power_cap: 'power-cap',
  hw_slowdown: 'hardware',
  sync_boost: 'sync-boost',
  sw_thermal_slowdown: 'heat',
  hw_thermal_slowdown: 'hardware-heat',
  hw_power_brake_slowdown: 'power-brake',
  display_clocks_setting: 'display',
};

// Renamed in 2023.
function slowReasonsOf(node: unknown): Card['slowReasons'] {
  for (const kind of ['clocks_event_reason', 'clocks_throttle_reason']) {
    const said = Object.entries(REASONS).flatMap(([name, reason]) => {
      const text = textAt(node, [`${kind}s`, `${kind}_${name}`]);
      return text === null ? [] : [{ reason, isActive: text === 'Active' }];
    });
    if (said.length > 0) return said.flatMap(({ reason, isActive }) => (isActive ? reason : []));
  }
  return null;
}

const CORRECTED = ['sram_correctable', 'dram_correctable'];
const UNCORRECTED = [
  'sram_uncorrectable',
  'sram_uncorrectable_parity',
  'sram_uncorrectable_secded',
  'dram_uncorrectable',
];

// Schemas before 2019 counted otherwise; no card of our users' has error correction and such a driver.
function eccOf(node: unknown): Card['ecc'] {
  if (textAt(node, ['ecc_mode', 'current_ecc']) !== 'Enabled') return null;
  const sum = (names: readonly string[]) =>
    names
      .map((name) => quantity(textAt(node, ['ecc_errors', 'volatile', name]), { '': 1 }) ?? 0)
      .reduce((all, one) => all + one, 0);
  return { corrected: sum(CORRECTED), uncorrected: sum(UNCORRECTED) };
}

function remappedRowsOf(node: unknown): Card['remappedRows'] {
  const said = (name: string) => textAt(node, ['remapped_rows', `remapped_row_${name}`]);
  const [corrected, uncorrected] = ['corr', 'unc'].map((name) => quantity(said(name), { '': 1 }));
  if (typeof corrected !== 'number' || typeof uncorrected !== 'number') return null;
  const [isPending, hasFailed] = [said('pending') === 'Yes', said('failure') === 'Yes'];
  return { corrected, uncorrected, isPending, hasFailed };
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

// The section was renamed in 2023.
function powerPlaces(name: string): string[][] {
  return [
    ['gpu_power_readings', name],
    ['power_readings', name],
  ];
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

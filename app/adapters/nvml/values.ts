import type { Card, SlowReason } from '../../contract/gpu.ts';
import type { NvmlDevice } from './device.ts';

/* What is read of one card, in the units of the contract. Numbers of kinds are those of nvml.h. */

/** What does not change while the session lives. */
export type Fixed = Pick<
  Card,
  | 'index'
  | 'name'
  | 'uuid'
  | 'pcieMaxGen'
  | 'pcieMaxWidth'
  | 'powerDefaultWatts'
  | 'powerMinWatts'
  | 'powerMaxWatts'
  | 'slowdownC'
  | 'highestC'
>;

const KIND = {
  gpuTemperature: 0,
  slowdownThreshold: 1,
  highestThreshold: 3,
  coreClock: 1,
  memoryClock: 2,
  corrected: 0,
  uncorrected: 1,
  sinceBoot: 0,
} as const;
/** nvmlMemory_v2_t: version, total, reserved, free, used; the version holds its size. */
const MEMORY_V2 = { bytes: 40, version: 40 | (2 << 24), total: 8, used: 32 } as const;
/** nvmlMemory_t: total, free, used. */
const MEMORY = { bytes: 24, total: 0, used: 16 } as const;
/** nvmlFieldValue_t, and the field of the memory's temperature. */
const FIELD = { bytes: 40, valueType: 24, status: 28, value: 32, memoryTemperature: 82 } as const;

export function fixedValues(device: NvmlDevice, index: number): Fixed {
  const [least, most] = [Buffer.alloc(4), Buffer.alloc(4)];
  const hasRange = device.ask('nvmlDeviceGetPowerManagementLimitConstraints', least, most);
  return {
    index,
    name: device.text('nvmlDeviceGetName') ?? 'Unknown NVIDIA card',
    uuid: device.text('nvmlDeviceGetUUID'),
    pcieMaxGen: device.uint('nvmlDeviceGetMaxPcieLinkGeneration'),
    pcieMaxWidth: device.uint('nvmlDeviceGetMaxPcieLinkWidth'),
    powerDefaultWatts: watts(device.uint('nvmlDeviceGetPowerManagementDefaultLimit')),
    powerMinWatts: hasRange ? watts(least.readUInt32LE()) : null,
    powerMaxWatts: hasRange ? watts(most.readUInt32LE()) : null,
    slowdownC: device.uint('nvmlDeviceGetTemperatureThreshold', KIND.slowdownThreshold),
    highestC: device.uint('nvmlDeviceGetTemperatureThreshold', KIND.highestThreshold),
  };
}

/** What changes all the time. */
export function liveValues(device: NvmlDevice): Omit<Card, keyof Fixed> {
  const load = device.bytes('nvmlDeviceGetUtilizationRates', 8);
  const energy = device.uint64('nvmlDeviceGetTotalEnergyConsumption');
  const state = device.uint('nvmlDeviceGetPerformanceState');
  return {
    ...memoryOf(device),
    temperatureC: device.uint('nvmlDeviceGetTemperature', KIND.gpuTemperature),
    memoryTemperatureC: memoryTemperature(device),
    powerWatts: watts(device.uint('nvmlDeviceGetPowerUsage')),
    powerLimitWatts: watts(device.uint('nvmlDeviceGetEnforcedPowerLimit')),
    energyJoules: energy === null ? null : Number(energy) / 1000,
    fanPercent: device.uint('nvmlDeviceGetFanSpeed'),
    utilizationPercent: load?.readUInt32LE(0) ?? null,
    memoryUtilizationPercent: load?.readUInt32LE(4) ?? null,
    coreClockMhz: device.uint('nvmlDeviceGetClockInfo', KIND.coreClock),
    memoryClockMhz: device.uint('nvmlDeviceGetClockInfo', KIND.memoryClock),
    // 32 is "unknown".
    performanceState: state !== null && state < 32 ? state : null,
    slowReasons: slowReasons(device),
    pcieGen: device.uint('nvmlDeviceGetCurrPcieLinkGeneration'),
    pcieWidth: device.uint('nvmlDeviceGetCurrPcieLinkWidth'),
    ecc: eccOf(device),
    remappedRows: remappedRowsOf(device),
    isAsleep: false,
  };
}

// The second form leaves out what the driver keeps for itself, as nvidia-smi does.
function memoryOf(device: NvmlDevice): Pick<Card, 'memoryBytes' | 'memoryUsedBytes'> {
  const out = Buffer.alloc(MEMORY_V2.bytes);
  out.writeUInt32LE(MEMORY_V2.version);
  const hasSecond = device.ask('nvmlDeviceGetMemoryInfo_v2', out);
  const memory = hasSecond ? out : device.bytes('nvmlDeviceGetMemoryInfo', MEMORY.bytes);
  if (memory === null) return { memoryBytes: null, memoryUsedBytes: null };
  const { total, used } = hasSecond ? MEMORY_V2 : MEMORY;
  return {
    memoryBytes: Number(memory.readBigUInt64LE(total)),
    memoryUsedBytes: Number(memory.readBigUInt64LE(used)),
  };
}

// Only cards with HBM and some boards for professionals tell it; NVML has no hot spot at all.
function memoryTemperature(device: NvmlDevice): number | null {
  const field = Buffer.alloc(FIELD.bytes);
  field.writeUInt32LE(FIELD.memoryTemperature);
  const isAnswered = device.ask('nvmlDeviceGetFieldValues', 1, field);
  if (!isAnswered || field.readInt32LE(FIELD.status) !== 0) return null;
  const celsius = field.readUInt32LE(FIELD.value);
  // 0 stands for "no sensor" on boards that answer all the same.
  return celsius > 0 && celsius < 200 ? celsius : null;
}

/** Bits of nvmlClocksEventReasons. */
const REASONS: readonly (readonly [bit: bigint, reason: SlowReason])[] = [
  [0x01n, 'idle'],
  [0x02n, 'application-clocks'],
  [0x04n, 'power-cap'],
  [0x08n, 'hardware'],
  [0x10n, 'sync-boost'],
  [0x20n, 'heat'],
  [0x40n, 'hardware-heat'],
  [0x80n, 'power-brake'],
  [0x100n, 'display'],
];

// Since 2023 under a new name; the old one is still there, and alone in older drivers.
function slowReasons(device: NvmlDevice): Card['slowReasons'] {
  const bits =
    device.uint64('nvmlDeviceGetCurrentClocksEventReasons') ??
    device.uint64('nvmlDeviceGetCurrentClocksThrottleReasons');
  if (bits === null) return null;
  return REASONS.filter(([bit]) => (bits & bit) !== 0n).map(([, reason]) => reason);
}

function eccOf(device: NvmlDevice): Card['ecc'] {
  const [current, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
  if (!device.ask('nvmlDeviceGetEccMode', current, pending)) return null;
  if (current.readInt32LE() !== 1) return null;
  const count = (kind: number) =>
    Number(device.uint64('nvmlDeviceGetTotalEccErrors', kind, KIND.sinceBoot) ?? 0n);
  return { corrected: count(KIND.corrected), uncorrected: count(KIND.uncorrected) };
}

function remappedRowsOf(device: NvmlDevice): Card['remappedRows'] {
  const [corrected, uncorrected, pending, failed] = [0, 0, 0, 0].map(() => Buffer.alloc(4));
  if (!corrected || !uncorrected || !pending || !failed) return null;
  const outs = [corrected, uncorrected, pending, failed];
  if (!device.ask('nvmlDeviceGetRemappedRows', ...outs)) return null;
  return {
    corrected: corrected.readUInt32LE(),
    uncorrected: uncorrected.readUInt32LE(),
    isPending: pending.readUInt32LE() !== 0,
    hasFailed: failed.readUInt32LE() !== 0,
  };
}

function watts(milliwatts: number | null): number | null {
  return milliwatts === null ? null : milliwatts / 1000;
}

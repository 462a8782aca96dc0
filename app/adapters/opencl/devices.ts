import type { DeviceFacts } from '../../contract/benchmark.ts';
import { OpenClFault, type OpenClLibrary } from './library.ts';

/** cl.h, cl_device_type. */
const ALL_TYPES = 0xffffffffn;
const TYPE_CPU = 2n;
const TYPE_GPU = 4n;

/** cl_platform_info. */
const PLATFORM_VERSION = 0x901;
const PLATFORM_NAME = 0x902;

/** cl_device_info; the last three: cl_khr_device_uuid and cl_nv_device_attribute_query (cl_ext.h). */
const DEVICE = {
  type: 0x1000,
  computeUnits: 0x1002,
  floatWidth: 0x100a,
  clockMhz: 0x100c,
  mostAllocation: 0x1010,
  cacheBytes: 0x101e,
  memoryBytes: 0x101f,
  name: 0x102b,
  uuid: 0x106a,
  capabilityMajor: 0x4000,
  capabilityMinor: 0x4001,
} as const;

/** CL_PLATFORM_NOT_FOUND_KHR of the loader, and CL_DEVICE_NOT_FOUND. */
const NO_PLATFORM = -1001;
const NO_DEVICE = -1;
const INVALID_VALUE = -30;
const UUID_BYTES = 16;

/** What of OpenCL is asked about its devices. */
type Informant = Pick<OpenClLibrary, 'handles' | 'info'>;

/** A device of any platform, and what a benchmark has to know of it. */
export interface OpenClDevice {
  readonly handle: bigint;
  readonly facts: DeviceFacts;
  readonly isNvidia: boolean;
  /** So many floats are computed at once by one work-item: 1 on a card. */
  readonly floatWidth: number;
  /** The largest buffer. */
  readonly mostAllocationBytes: number;
}

/** Processors and graphics cards that OpenCL knows, platform by platform. Throws OpenClFault. */
export function openClDevices(library: Informant): OpenClDevice[] {
  const platforms = library.handles('clGetPlatformIDs', [], NO_PLATFORM);
  return platforms.flatMap((platform, number) =>
    library
      .handles('clGetDeviceIDs', [platform, ALL_TYPES], NO_DEVICE)
      .flatMap((handle, i) => deviceOf(library, { platform, handle, place: `${number}-${i}` })),
  );
}

interface Found {
  readonly platform: bigint;
  readonly handle: bigint;
  readonly place: string;
}

function deviceOf(library: Informant, { platform, handle, place }: Found): OpenClDevice[] {
  const about = aboutDevice(library, handle);
  const kind = kindOf(about.type);
  if (kind === null) return [];
  const ofPlatform = (what: number): string =>
    textOf(library.info('clGetPlatformInfo', [platform], what));
  const { computeCapability } = about;
  const facts: DeviceFacts = {
    name: about.name,
    uuid: about.uuid ?? `opencl-${place}`,
    kind,
    platform: `${ofPlatform(PLATFORM_NAME)}, ${ofPlatform(PLATFORM_VERSION)}`,
    computeCapability,
    multiprocessors: about.computeUnits,
    memoryBytes: about.memoryBytes,
    // Cards give the sum of their small caches here, not the large one.
    l2Bytes: kind === 'cpu' && about.cacheBytes > 0 ? about.cacheBytes : null,
    clockMhz: about.clockMhz > 0 ? about.clockMhz : null,
    memoryClockMhz: null,
    memoryBusBits: null,
    driverCuda: null,
  };
  const { floatWidth, mostAllocationBytes } = about;
  const isNvidia = computeCapability !== null;
  return [{ handle, facts, isNvidia, floatWidth, mostAllocationBytes }];
}

function aboutDevice(library: Informant, handle: bigint) {
  const bytes = (what: keyof typeof DEVICE): Buffer =>
    library.info('clGetDeviceInfo', [handle], DEVICE[what]);
  const word = (what: keyof typeof DEVICE): number => bytes(what).readUInt32LE();
  const long = (what: keyof typeof DEVICE): bigint => bytes(what).readBigUInt64LE();
  const major = known(() => word('capabilityMajor'));
  const minor = known(() => word('capabilityMinor'));
  const capability: [number, number] | null =
    major !== null && minor !== null ? [major, minor] : null;
  return {
    type: long('type'),
    name: textOf(bytes('name')),
    uuid: known(() => uuidOf(bytes('uuid'))),
    computeCapability: capability,
    computeUnits: word('computeUnits'),
    floatWidth: word('floatWidth'),
    clockMhz: word('clockMhz'),
    memoryBytes: Number(long('memoryBytes')),
    cacheBytes: Number(long('cacheBytes')),
    mostAllocationBytes: Number(long('mostAllocation')),
  };
}

function kindOf(type: bigint): DeviceFacts['kind'] | null {
  if ((type & TYPE_GPU) !== 0n) return 'gpu';
  return (type & TYPE_CPU) === 0n ? null : 'cpu';
}

/** What only some drivers say; others answer that they do not know the question. */
function known<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OpenClFault && error.status === INVALID_VALUE) return null;
    throw error;
  }
}

// As NVML and nvidia-smi write it.
function uuidOf(bytes: Buffer): string {
  const hex = bytes.subarray(0, UUID_BYTES).toString('hex');
  return `GPU-${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}

function textOf(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/\0[\s\S]*$/, '')
    .trim();
}

import type { DeviceFacts } from '../../contract/benchmark.ts';
import type { CudaDriver } from './driver.ts';

/** CUdevice_attribute (cuda.h). */
const ATTRIBUTE = {
  clockKhz: 13,
  multiprocessors: 16,
  memoryClockKhz: 36,
  busBits: 37,
  l2Bytes: 38,
  major: 75,
  minor: 76,
} as const;

const NAME_BYTES = 256;

/** Names of the cards that CUDA sees, in its own order: "fastest first", not that of the bus. */
export function cudaUuids(driver: CudaDriver): string[] {
  const count = driver.int('cuDeviceGetCount');
  return Array.from({ length: count }, (_, index) => uuidOf(driver, deviceAt(driver, index)));
}

/** The handle of the card at this place of CUDA's order. */
export function deviceAt(driver: CudaDriver, index: number): number {
  return driver.int('cuDeviceGet', index);
}

/** What the driver says of a card. */
export function cudaFacts(driver: CudaDriver, device: number): DeviceFacts {
  const attribute = (name: keyof typeof ATTRIBUTE) =>
    driver.int('cuDeviceGetAttribute', ATTRIBUTE[name], device);
  const known = (value: number, unit = 1) => (value > 0 ? value / unit : null);
  const name = Buffer.alloc(NAME_BYTES);
  driver.call('cuDeviceGetName', name, NAME_BYTES, device);
  return {
    name: name.toString('utf8').replace(/\0[\s\S]*$/, ''),
    uuid: uuidOf(driver, device),
    kind: 'gpu',
    platform: null,
    computeCapability: [attribute('major'), attribute('minor')],
    multiprocessors: attribute('multiprocessors'),
    memoryBytes: Number(driver.handle('cuDeviceTotalMem_v2', device)),
    l2Bytes: known(attribute('l2Bytes')),
    clockMhz: known(attribute('clockKhz'), 1000),
    memoryClockMhz: known(attribute('memoryClockKhz'), 1000),
    memoryBusBits: known(attribute('busBits')),
    driverCuda: driver.int('cuDriverGetVersion'),
  };
}

// As NVML and nvidia-smi write it.
function uuidOf(driver: CudaDriver, device: number): string {
  const bytes = Buffer.alloc(16);
  driver.call('cuDeviceGetUuid', bytes, device);
  const hex = bytes.toString('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  return `GPU-${parts.join('-')}`;
}

import { CudaContext } from '../../adapters/cuda/context.ts';
import { cudaFacts, cudaUuids, deviceAt } from '../../adapters/cuda/devices.ts';
import { CudaDriver, CudaFault } from '../../adapters/cuda/driver.ts';
import { benchDevice, faultOf } from '../bench-device.ts';
import { type ComputeDevice, NO_MEMORY, type NoDevice } from '../compute.ts';
import { CudaBench } from './bench.ts';

/** The card with this UUID, or the first that CUDA sees. For this thread alone. */
export function openCuda(wish: {
  readonly card: string | null;
  readonly leavesRoom?: boolean;
}): ComputeDevice | NoDevice {
  const { card: uuid, leavesRoom = false } = wish;
  const driver = CudaDriver.open();
  if (driver === null) return { code: 'benchmark.no-cuda' };
  try {
    driver.call('cuInit', 0);
    // CUDA's order is not that of the bus, and its environment may hide cards: only the name counts.
    const index = uuid === null ? 0 : cudaUuids(driver).indexOf(uuid);
    if (index < 0) return { code: 'benchmark.no-device' };
    const device = deviceAt(driver, index);
    const context = new CudaContext(driver, device);
    return benchDevice(new CudaBench(context, cudaFacts(driver, device), leavesRoom), UNABLE);
  } catch (error) {
    const code = error instanceof CudaFault ? CODES[error.status] : undefined;
    if (code === undefined) throw faultOf(error);
    return { code };
  }
}

/** CUresult (cuda.h): no device, unavailable or exclusive to another, library and kernel module differ. */
const CODES: Readonly<Record<number, NoDevice['code']>> = {
  100: 'benchmark.no-device',
  101: 'benchmark.no-device',
  46: 'benchmark.card-busy',
  803: 'benchmark.driver-mismatch',
  804: 'benchmark.driver-mismatch',
};

/** What the driver does not take, in words (cuda.h, CUresult). */
const UNABLE: Readonly<Record<number, string>> = {
  2: NO_MEMORY.unable,
  209: 'the driver has no code for this card',
  218: 'the driver does not take this kernel',
  221: 'the driver comes without its compiler',
  222: 'the driver is too old for this kernel',
  223: 'the compiler of the driver is switched off',
};

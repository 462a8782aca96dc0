import { OpenClContext } from '../../adapters/opencl/context.ts';
import { type OpenClDevice, openClDevices } from '../../adapters/opencl/devices.ts';
import { OpenClFault, OpenClLibrary } from '../../adapters/opencl/library.ts';
import { benchDevice, faultOf } from '../bench-device.ts';
import { type ComputeDevice, NO_MEMORY, type NoDevice } from '../compute.ts';
import { OpenClBench } from './bench.ts';
import { planFor } from './plan.ts';

/**
 * The device with this UUID; or an NVIDIA card, and where there is none, a processor. Cards of others
 * have to be named: the network takes none of them.
 */
export function openOpenCl({
  card: uuid,
}: {
  readonly card: string | null;
}): ComputeDevice | NoDevice {
  const library = OpenClLibrary.open();
  if (library === null) return { code: 'benchmark.no-opencl' };
  try {
    const device = chooseDevice(openClDevices(library), uuid);
    if (device === null) return { code: 'benchmark.no-opencl-device' };
    const { facts } = device;
    const bench = new OpenClBench(new OpenClContext(library, device), {
      facts,
      plan: planFor(device),
    });
    return benchDevice(bench, UNABLE);
  } catch (error) {
    const isBusy = error instanceof OpenClFault && error.status === NOT_AVAILABLE;
    if (!isBusy) throw faultOf(error);
    return { code: 'benchmark.card-busy' };
  }
}

/** Which of them a benchmark takes. */
export function chooseDevice(
  devices: readonly OpenClDevice[],
  uuid: string | null,
): OpenClDevice | null {
  if (uuid !== null) return devices.find(({ facts }) => facts.uuid === uuid) ?? null;
  const card = devices.find(({ facts, isNvidia }) => isNvidia && facts.kind === 'gpu');
  return card ?? devices.find(({ facts }) => facts.kind === 'cpu') ?? null;
}

const NOT_AVAILABLE = -2;

/** What the driver does not take, in words (cl.h). */
const UNABLE: Readonly<Record<number, string>> = {
  [-3]: 'the driver comes without its compiler',
  [-4]: NO_MEMORY.unable,
  [-5]: NO_MEMORY.unable,
  [-6]: NO_MEMORY.unable,
  [-11]: 'the driver does not take this kernel',
  [-61]: NO_MEMORY.unable,
};

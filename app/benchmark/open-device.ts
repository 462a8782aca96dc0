import type { BenchmarkReport } from '../contract/benchmark.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { ComputeDevice, NoDevice } from './compute.ts';
import { openCuda } from './cuda/device.ts';
import { openOpenCl } from './opencl/device.ts';

type Backend = BenchmarkReport['backend'];
type Open = (wish: Omit<Wish, 'backend'>) => ComputeDevice | NoDevice;

/** What is to be measured, by what; null leaves the choice to us. */
export interface Wish {
  readonly backend: Backend | null;
  readonly card: string | null;
  /** Its kernels leave room for others on the card at the same time. */
  readonly leavesRoom?: boolean;
}

const OPENERS: Readonly<Record<Backend, Open>> = { cuda: openCuda, opencl: openOpenCl };
/** There is no such library; any other reason is about a device. */
const NO_LIBRARY: readonly NoDevice['code'][] = ['benchmark.no-cuda', 'benchmark.no-opencl'];
/** A card that is there: what keeps it from one back end keeps it from the other. */
const IS_THERE: readonly NoDevice['code'][] = ['benchmark.card-busy', 'benchmark.driver-mismatch'];

/**
 * Opens a device: by CUDA, or where CUDA finds none, by OpenCL. Throws OffpeakError, which names all that
 * was missing, and DeviceFault.
 */
export function openDevice(
  { backend, ...wish }: Wish,
  openers = OPENERS,
): { readonly backend: Backend; readonly device: ComputeDevice } {
  const { card } = wish;
  const missing: NoDevice['code'][] = [];
  for (const name of backend === null ? (['cuda', 'opencl'] as const) : [backend]) {
    const device = openers[name](wish);
    if (!('code' in device)) return { backend: name, device };
    if (IS_THERE.includes(device.code)) throw new OffpeakError(device.code);
    missing.push(device.code);
  }
  const words = missing.map((code) => new OffpeakError(code).message).join(' ');
  if (card !== null && missing.some((code) => !NO_LIBRARY.includes(code))) {
    const message = `There is no card "${card}" here. ${words}`;
    throw new OffpeakError('benchmark.no-device', { message });
  }
  const [only, other] = missing;
  if (only !== undefined && other === undefined) throw new OffpeakError(only);
  throw new OffpeakError('benchmark.nothing-to-measure', {
    message: `Nothing here can be measured. ${words}`,
  });
}

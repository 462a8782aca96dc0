import type { CardProcess } from '../../contract/gpu.ts';
import { type NvmlDevice, TEXT_BYTES, textOf } from './device.ts';
import { NVML, type NvmlLibrary } from './library.ts';

/** nvmlProcessInfo_t: pid, used memory, two instances; and what stands where memory is not told. */
const PROCESS = { bytes: 24, pid: 0, memory: 8 } as const;
const NOT_TOLD = 2n ** 64n - 1n;
/** More than use a card at once; those beyond are left out. */
const MOST = 256;

/** The programs that use a card now. */
export function processesOf(
  library: NvmlLibrary,
  device: NvmlDevice,
  index: number,
): CardProcess[] {
  const of = (name: Question, kind: CardProcess['kind']) =>
    listed(device, name).map(({ pid, memoryBytes }) => ({
      index,
      pid,
      name: nameOf(library, pid),
      kind,
      memoryBytes,
    }));
  return [
    ...of('nvmlDeviceGetComputeRunningProcesses_v3', 'compute'),
    ...of('nvmlDeviceGetGraphicsRunningProcesses_v3', 'graphics'),
  ];
}

type Question =
  'nvmlDeviceGetComputeRunningProcesses_v3' | 'nvmlDeviceGetGraphicsRunningProcesses_v3';

function listed(device: NvmlDevice, name: Question): Pick<CardProcess, 'pid' | 'memoryBytes'>[] {
  const [count, list] = [Buffer.alloc(4), Buffer.alloc(MOST * PROCESS.bytes)];
  count.writeUInt32LE(MOST);
  if (!device.ask(name, count, list)) return [];
  return Array.from({ length: Math.min(count.readUInt32LE(), MOST) }, (_, place) => {
    const at = place * PROCESS.bytes;
    const memory = list.readBigUInt64LE(at + PROCESS.memory);
    return {
      pid: list.readUInt32LE(at + PROCESS.pid),
      memoryBytes: memory === NOT_TOLD ? null : Number(memory),
    };
  });
}

function nameOf(library: NvmlLibrary, pid: number): string | null {
  const out = Buffer.alloc(TEXT_BYTES);
  const status = library.ask('nvmlSystemGetProcessName', pid, out, TEXT_BYTES);
  return status === NVML.ok ? textOf(out) : null;
}

import type { OpenClDevice } from '../../../app/adapters/opencl/devices.ts';
import { scriptedDevice } from './scripted-work.ts';

/** A device as OpenCL describes it. */
export function openClDevice(
  facts: Partial<OpenClDevice['facts']>,
  more: Partial<OpenClDevice> = {},
): OpenClDevice {
  return {
    handle: 1n,
    facts: { ...scriptedDevice([]).facts, ...facts },
    isNvidia: facts.kind !== 'cpu',
    floatWidth: 1,
    mostAllocationBytes: 2 * 1024 ** 3,
    ...more,
  };
}

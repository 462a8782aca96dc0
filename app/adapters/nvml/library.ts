import { nvmlPlaces } from '../../platform/driver-libraries.ts';
import { type NativeCall, NativeLibrary } from '../ffi.ts';

/*
 * The functions of NVIDIA's management library that Offpeak reads a card with (NVIDIA, "NVML API
 * Reference"; nvml.h). Drivers differ in what they export: what is not there answers like a card that
 * does not support it.
 */

const OF_DEVICE = ['uint64', 'void *'] as const;
const OF_DEVICE_TWO = ['uint64', 'void *', 'void *'] as const;
const OF_DEVICE_KIND = ['uint64', 'int', 'void *'] as const;
const TEXT_OF_DEVICE = ['uint64', 'void *', 'uint'] as const;

const SIGNATURES = {
  nvmlInit_v2: [],
  nvmlShutdown: [],
  nvmlSystemGetDriverVersion: ['void *', 'uint'],
  nvmlSystemGetCudaDriverVersion_v2: ['void *'],
  nvmlDeviceGetCount_v2: ['void *'],
  nvmlDeviceGetHandleByIndex_v2: ['uint', 'void *'],
  nvmlDeviceGetName: TEXT_OF_DEVICE,
  nvmlDeviceGetUUID: TEXT_OF_DEVICE,
  nvmlDeviceGetMemoryInfo: OF_DEVICE,
  nvmlDeviceGetMemoryInfo_v2: OF_DEVICE,
  nvmlDeviceGetUtilizationRates: OF_DEVICE,
  nvmlDeviceGetTemperature: OF_DEVICE_KIND,
  nvmlDeviceGetTemperatureThreshold: OF_DEVICE_KIND,
  nvmlDeviceGetFieldValues: ['uint64', 'int', 'void *'],
  nvmlDeviceGetPowerUsage: OF_DEVICE,
  nvmlDeviceGetEnforcedPowerLimit: OF_DEVICE,
  nvmlDeviceGetPowerManagementDefaultLimit: OF_DEVICE,
  nvmlDeviceGetPowerManagementLimitConstraints: OF_DEVICE_TWO,
  nvmlDeviceGetTotalEnergyConsumption: OF_DEVICE,
  nvmlDeviceGetFanSpeed: OF_DEVICE,
  nvmlDeviceGetClockInfo: OF_DEVICE_KIND,
  nvmlDeviceGetPerformanceState: OF_DEVICE,
  nvmlDeviceGetCurrentClocksEventReasons: OF_DEVICE,
  nvmlDeviceGetCurrentClocksThrottleReasons: OF_DEVICE,
  nvmlDeviceGetCurrPcieLinkGeneration: OF_DEVICE,
  nvmlDeviceGetCurrPcieLinkWidth: OF_DEVICE,
  nvmlDeviceGetMaxPcieLinkGeneration: OF_DEVICE,
  nvmlDeviceGetMaxPcieLinkWidth: OF_DEVICE,
  nvmlDeviceGetEccMode: OF_DEVICE_TWO,
  nvmlDeviceGetTotalEccErrors: ['uint64', 'int', 'int', 'void *'],
  nvmlDeviceGetComputeRunningProcesses_v3: OF_DEVICE_TWO,
  nvmlDeviceGetGraphicsRunningProcesses_v3: OF_DEVICE_TWO,
  nvmlSystemGetProcessName: ['uint', 'void *', 'uint'],
  nvmlDeviceGetRemappedRows: ['uint64', 'void *', 'void *', 'void *', 'void *'],
} as const;

export type NvmlFunction = keyof typeof SIGNATURES;

/** Answers of NVML (nvml.h, nvmlReturn_t) that are told apart. */
export const NVML = {
  ok: 0,
  notSupported: 3,
  functionNotFound: 13,
  lost: 15,
  resetRequired: 16,
} as const;

/** The library, loaded into this process. */
export class NvmlLibrary {
  readonly #library: NativeLibrary;
  readonly #calls = new Map<NvmlFunction, NativeCall | null>();

  private constructor(library: NativeLibrary) {
    this.#library = library;
  }

  /** Null where there is no such library. */
  static open(places: readonly string[] = nvmlPlaces()): NvmlLibrary | null {
    const library = NativeLibrary.open(places);
    return library && new NvmlLibrary(library);
  }

  /** Calls a function; returns its nvmlReturn_t. */
  ask(name: NvmlFunction, ...args: Parameters<NativeCall>): number {
    let call = this.#calls.get(name);
    if (call === undefined) {
      call = this.#library.status(name, SIGNATURES[name]);
      this.#calls.set(name, call);
    }
    return call === null ? NVML.functionNotFound : call(...args);
  }
}

import type { Log } from './contract/log.ts';

/** What a shell gives the host. */
export interface HostOptions {
  /** Folder of all files. */
  readonly home: string;
  /** Folder of the shipped assets. */
  readonly assets: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Programs of the child processes, where they do not lie beside their modules (the bundle). */
  readonly childEntries?: {
    readonly practiceWorld: string;
    readonly nvidiaSmi: string;
    readonly nvml: string;
    readonly benchmark: string;
    readonly systemInformation: string;
  };
}

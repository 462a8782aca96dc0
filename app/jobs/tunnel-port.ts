import type { Problem } from '../contract/gpu.ts';
import type { JobAddresses } from './ports.ts';

/** What one operation publishes through the network's tunnel, and under which names. */
export interface TunnelSpec {
  readonly run: string;
  readonly job: string;
  readonly operation: string;
  readonly index: number;
  /** Under this name the run's network knows the operation. */
  readonly host: string;
  readonly ports: readonly TunnelPort[];
  /** Null where the job belongs to no deployment. */
  readonly deployment: TunnelDeployment | null;
}

export interface TunnelPort {
  readonly port: number;
  /** Its name on the network (definition/expose-id.ts). */
  readonly name: string;
  /** Path of its first check by which a load balancer may judge it; undefined: it has no checks. */
  readonly healthPath: string | null | undefined;
}

/** Several jobs that answer at one address. */
export interface TunnelDeployment {
  readonly id: string;
  /** Shared by all jobs of the deployment and known to nobody else. */
  readonly group: string;
  /** The name of this operation in all of them. */
  readonly name: string;
}

/** down: nobody outside reaches the ports; it is started again. starting: nothing is known yet. */
export type TunnelState = 'starting' | 'up' | 'down';

/** What is told of a tunnel; `nextAttemptAt` is UTC ms. */
export type TunnelReport = (
  state: TunnelState,
  trouble: { readonly problem: Problem; readonly nextAttemptAt: number } | null,
) => void;

/** The network's tunnel as a run sees it. */
export interface JobTunnels extends JobAddresses {
  /** Public names end in it (`%%global.frps_address%%`); null where the network has no tunnel. */
  readonly domain: string | null;
  /**
   * Starts the tunnel of an operation, or takes it over after a restart of the host, and keeps it
   * until the signal aborts: then it is left as it is. Never rejects.
   */
  keep(spec: TunnelSpec, report: TunnelReport, signal: AbortSignal): Promise<void>;
  /** Removes it; nothing happens where there is none. Throws `containers.*`. */
  end(run: string, index: number): Promise<void>;
}

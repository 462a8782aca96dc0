import type { EndpointView } from '../contract/job.ts';
import type { Scene } from './operation-end.ts';
import type { Started } from './operation-start.ts';
import type { OperationsHost } from './operations-host.ts';
import { withDeadline } from './patience.ts';
import type { TunnelReport, TunnelState } from './tunnel-port.ts';
import { tunnelSpec } from './tunnel-spec.ts';

/** The tunnel of one operation while that runs. */
export interface Tunnelling {
  /** Shows the ports of the operation: offline while its tunnel is down. */
  readonly showEndpoints: OperationsHost['showEndpoints'];
  /** Takes the tunnel away; leaves it as it is when the host goes away. */
  end(): Promise<void>;
}

/** Two containers, killed and removed. */
const END_DEADLINE_MS = 60_000;

/**
 * Publishes the ports of an operation that runs, for as long as it does. A tunnel that is down never
 * ends a job: it is shown, and started again.
 */
export function openTunnel({ host, record }: Scene, { ports }: Started): Tunnelling {
  const { tunnels, definition, facts, clock, showEndpoints } = host;
  const { privateSeeds } = host.work();
  const spec = tunnelSpec(definition, record.index, ports, { offer: facts.offer, privateSeeds });
  if (tunnels === undefined || spec === null) {
    return { showEndpoints, end: () => Promise.resolve() };
  }
  const topic = `tunnel of ${record.id}`;
  const over = new AbortController();
  let known: readonly EndpointView[] = [];
  let state: TunnelState = 'starting';
  const show = (): void => {
    const shown = known.map((view) => {
      return state === 'down' ? { ...view, status: 'offline' as const } : view;
    });
    showEndpoints(record.id, shown);
  };
  const report: TunnelReport = (now, trouble) => {
    if (trouble !== null) host.report(topic, trouble.problem, trouble.nextAttemptAt);
    if (now === 'up') host.report(topic, null, 0);
    // Of a new try nothing is known, but that the last one failed.
    if (now === 'starting' && state === 'down') return;
    state = now;
    if (known.length > 0) show();
  };
  const keeping = tunnels.keep(spec, report, AbortSignal.any([host.detach, over.signal]));
  return {
    showEndpoints(_, views) {
      known = views;
      show();
    },
    async end() {
      over.abort();
      await keeping;
      host.report(topic, null, 0);
      if (host.detach.aborted) return;
      // What cannot be removed now goes with the rest of the run.
      await withDeadline(clock, END_DEADLINE_MS, host.detach, () =>
        tunnels.end(spec.run, spec.index),
      ).catch(() => undefined);
    },
  };
}

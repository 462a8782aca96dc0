import type { EndpointView } from '../../contract/job.ts';
import { sleep } from '../clock.ts';
import type { ExposedPort } from '../definition/expose.ts';
import type { OperationsHost } from '../operations-host.ts';
import { withDeadline } from '../patience.ts';
import type { ContainerHandle, Endpoint } from '../ports.ts';
import { urlOf } from './address.ts';
import {
  afterCheck,
  beginChecks,
  CHECK_EVERY_MS,
  dueChecks,
  isReady,
  nextDueAt,
  portStatus,
  type CheckState,
} from './health.ts';

/** The exposed ports of one running container. */
export interface Service {
  readonly host: Pick<OperationsHost, 'clock' | 'engine' | 'prober' | 'showEndpoints'>;
  readonly container: ContainerHandle;
  readonly ports: readonly ExposedPort[];
  /** Called once, when every check has passed once; what it throws ends the watch. */
  readonly onReady: () => void;
}

const PROBE_DEADLINE_MS = 10_000;
const ENDPOINT_DEADLINE_MS = 10_000;
/** A definition may hold a thousand checks, and a stranger's service may let each of them hang. */
const MAX_PROBES = 8;

/**
 * Finds where the ports of a container are reached, makes their checks and shows both, until
 * nothing is left to be found out or the signal aborts.
 */
export async function watchHealth(service: Service, signal: AbortSignal): Promise<void> {
  const { host, ports, onReady } = service;
  const { clock } = host;
  const endpoints = new Map<number, Endpoint>();
  let checks = beginChecks(ports, clock.steady());
  // Without checks at once: a short program may have ended before anything is looked at.
  let wasReady = isReady(checks);
  if (wasReady) onReady();
  let shown = '';
  for (;;) {
    const due = dueChecks(checks, clock.steady()).slice(0, MAX_PROBES);
    await locate(service, { due, endpoints }, signal);
    const results = await Promise.all(
      due.map(
        async (state) => [state, await passes(service, state, { endpoints, signal })] as const,
      ),
    );
    if (signal.aborted) return;
    const now = clock.steady();
    const after = new Map(results.map(([state, is]) => [state, afterCheck(state, is, now)]));
    checks = checks.map((state) => after.get(state) ?? state);
    shown = show(service, { checks, endpoints }, shown);
    if (!wasReady && isReady(checks)) {
      wasReady = true;
      onReady();
    }
    const isAllFound = ports.every(({ port }) => endpoints.has(port));
    const next = Math.min(
      nextDueAt(checks) ?? Infinity,
      isAllFound ? Infinity : now + CHECK_EVERY_MS,
    );
    if (next === Infinity) return;
    await sleep(clock, Math.max(0, next - now), signal);
  }
}

interface Look {
  readonly endpoints: Map<number, Endpoint>;
  readonly signal: AbortSignal;
}

/** Asks the engine for ports that are not known yet or are checked now: a restart moves them. */
async function locate(
  { host, container, ports }: Service,
  { due, endpoints }: { due: readonly CheckState[]; endpoints: Map<number, Endpoint> },
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(due.map(({ port }) => port));
  for (const { port } of ports) {
    if (endpoints.has(port) && !wanted.has(port)) continue;
    try {
      const endpoint = await withDeadline(host.clock, ENDPOINT_DEADLINE_MS, signal, () =>
        host.engine.endpoint(container, port),
      );
      if (endpoint === null) endpoints.delete(port);
      else endpoints.set(port, endpoint);
    } catch {
      // The engine does not answer: the service may do so all the same, where it did before.
      return;
    }
  }
}

async function passes(
  { host }: Service,
  { port, check }: CheckState,
  { endpoints, signal }: Look,
): Promise<boolean> {
  const endpoint = endpoints.get(port);
  if (endpoint === undefined) return false;
  try {
    return await withDeadline(host.clock, PROBE_DEADLINE_MS, signal, (within) =>
      host.prober.probe(endpoint, check, within),
    );
  } catch {
    return false;
  }
}

/** Shows what is known of the ports where it is not what was shown last; returns what is shown. */
function show(
  { host, container, ports }: Service,
  {
    checks,
    endpoints,
  }: { checks: readonly CheckState[]; endpoints: ReadonlyMap<number, Endpoint> },
  shown: string,
): string {
  const views = ports.map(({ port }): EndpointView => {
    const endpoint = endpoints.get(port);
    const url = endpoint === undefined ? null : urlOf(endpoint);
    return { port, url, status: portStatus(checks, port) };
  });
  const now = JSON.stringify(views);
  if (now !== shown) host.showEndpoints(container.operation, views);
  return now;
}

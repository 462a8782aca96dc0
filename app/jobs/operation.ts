import { sleep } from './clock.ts';
import { watchContainer, type ContainerFate } from './container-watch.ts';
import { watchHealth } from './health/watch-health.ts';
import { end, endOfContainer, runningState, type Scene } from './operation-end.ts';
import { askEngine, containerOf, START_PATIENCE_MS, type Started } from './operation-start.ts';
import type { OperationsHost } from './operations-host.ts';
import { isPassing, Retry } from './patience.ts';
import { restartPauseMs, runsAgain } from './restarts.ts';
import type { Failure, OperationRecord } from './run-parts.ts';
import { openTunnel, type Tunnelling } from './tunnelling.ts';

/**
 * The life of one operation, from wherever its record stands to its end: start or adopt its
 * container, keep its log, check its health, start it again where its policy or its client says
 * so, note how it ended. `stop` aborts when it has to stop.
 */
export async function runOperation(
  host: OperationsHost,
  record: OperationRecord,
  stop: AbortSignal,
): Promise<void> {
  const scene = { host, record, stop };
  const started = await containerOf(scene);
  if (started === null) return;
  const tunnel = openTunnel(scene, started);
  try {
    await liveOn(scene, started, tunnel);
  } finally {
    await tunnel.end();
  }
}

/** From the first run of the container to its last. */
async function liveOn(scene: Scene, started: Started, tunnel: Tunnelling): Promise<void> {
  const { host } = scene;
  let pauseMs: number | null = null;
  for (;;) {
    const fate = await live(scene, started, tunnel);
    await host.log.flush();
    host.detach.throwIfAborted();
    if (!noteRestart(scene, started, fate)) return void end(scene, endOfContainer(scene, fate));
    pauseMs = isByClient(scene) ? null : restartPauseMs(pauseMs, fate.endedAt - fate.startedAt);
    if (pauseMs !== null) await pause(scene, pauseMs);
    host.detach.throwIfAborted();
    // The client did not want to wait for the end of the pause.
    if (runningState(scene)?.asked === 'restart') noteRestart(scene, started, fate);
    const failure = await restart(scene, started);
    // Stopped before it ran again: its last exit is its end.
    if (failure === 'stopped') return void end(scene, endOfContainer(scene, fate));
    if (failure !== null) return void end(scene, { ...endOfContainer(scene, fate), failure });
  }
}

type Exited = Extract<ContainerFate, { readonly state: 'exited' }>;

/** One run of the container, to its exit. */
async function live(
  scene: Scene,
  { container, ports }: Started,
  { showEndpoints }: Tunnelling,
): Promise<ContainerFate> {
  const { host, record, stop } = scene;
  const over = new AbortController();
  const signal = AbortSignal.any([host.detach, over.signal]);
  const onReady = (): void => {
    if (runningState(scene)?.ready !== false) return;
    host.record({ type: 'operation-ready', operation: record.id });
  };
  const shown = { ...host, showEndpoints };
  const health = watchHealth({ host: shown, container, ports, onReady }, signal);
  // Only a step that cannot be noted ends the watch over its health badly.
  const failed = health.then(() => new Promise<never>(() => undefined));
  const wish = restartWish(scene);
  try {
    const either = AbortSignal.any([stop, wish.signal]);
    return await Promise.race([watchContainer(host, container, either), failed]);
  } finally {
    wish.unwatch();
    over.abort();
    await health.catch(() => undefined);
    showEndpoints(record.id, []);
  }
}

/**
 * Aborts once the client wants a running operation to run anew; after `unwatch` it never does.
 * What waits for it may outlive the watch: an end is no wish.
 */
function restartWish(scene: Scene): { readonly signal: AbortSignal; readonly unwatch: () => void } {
  const wish = new AbortController();
  const look = (): void => {
    if (runningState(scene)?.asked === 'restart') wish.abort();
  };
  const unwatch = scene.host.watchAsks(look);
  look();
  return { signal: wish.signal, unwatch };
}

async function pause(scene: Scene, ms: number): Promise<void> {
  const { host, stop } = scene;
  const wish = restartWish(scene);
  await sleep(host.clock, ms, AbortSignal.any([host.detach, stop, wish.signal]));
  wish.unwatch();
}

/** The restart that was noted last is one that the client asked for. */
function isByClient(scene: Scene): boolean {
  return runningState(scene)?.tries === 0;
}

/** Notes that a container which ended runs again; false when it does not. */
function noteRestart(scene: Scene, { rule }: Started, fate: ContainerFate): fate is Exited {
  const { host, record, stop } = scene;
  const known = runningState(scene);
  if (stop.aborted || known === null || fate.state !== 'exited') return false;
  const byClient = known.asked === 'restart';
  // Noted before a crash that came between the step and its effect.
  if (!byClient && known.restarts > 0 && known.endedRun === fate.startedAt) return true;
  if (!byClient && !runsAgain(rule, fate, known.tries)) return false;
  host.record({
    type: 'operation-restarting',
    operation: record.id,
    restart: known.restarts + 1,
    exitCode: fate.exitCode,
    endedRun: fate.startedAt,
    byClient,
  });
  return true;
}

/** Starts the container again; why that is not possible, or null where it runs or may run. */
async function restart(
  { host, record, stop }: Scene,
  { container }: Started,
): Promise<Failure | 'stopped' | null> {
  if (stop.aborted) return 'stopped';
  const retry = new Retry(host, `restart of ${record.id}`);
  const giveUpAt = host.clock.steady() + START_PATIENCE_MS;
  const either = AbortSignal.any([host.detach, stop]);
  for (;;) {
    host.detach.throwIfAborted();
    const result = await askEngine(host, either, (within) =>
      host.engine.restart(container, within),
    );
    host.detach.throwIfAborted();
    // A stop may have overtaken the answer: whoever watches it sees whether it runs.
    if (result.ok || either.aborted) {
      retry.well();
      return null;
    }
    if (!isPassing(result.problem) || host.clock.steady() >= giveUpAt) {
      retry.well();
      return { event: 'container-runtime-error', message: result.problem.message };
    }
    await retry.failed(result.problem, either);
  }
}

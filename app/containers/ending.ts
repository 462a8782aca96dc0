import { uptime } from 'node:os';
import type { ContainerState, DockerEngine } from '../adapters/docker/engine.ts';
import { toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Connection } from './connection.ts';
import type { ContainerEnd, ContainerHandle } from '../jobs/ports.ts';
import { hasExceededDisk, watchDisk } from './disk-watch.ts';
import { pause, type Timing } from './timing.ts';

/**
 * Waits until a container has ended. An engine that goes away meanwhile is reported at once; one
 * that is away from the start is asked again for `lostMs` first. Throws the signal's reason.
 */
export async function waitForExit(
  connection: Connection,
  container: ContainerHandle,
  timing: Pick<Timing, 'lostMs' | 'pollMs' | 'diskMs'>,
  signal: AbortSignal,
): Promise<ContainerEnd> {
  let patienceMs = timing.lostMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      const engine = await connection.engine();
      const end = await endOf(engine, container.id);
      if (end !== null) return end;
      patienceMs = 0;
      await oneRound(engine, container.id, timing.diskMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      const problem = connection.toError(error).toReport();
      if (patienceMs <= 0) return { state: 'engine-lost', problem };
      patienceMs -= timing.pollMs;
      await pause(timing.pollMs, signal);
    }
  }
}

/** Asks a container to stop and kills it after the grace. Throws EngineFault or OffpeakError. */
export async function stopContainer(
  engine: DockerEngine,
  container: ContainerHandle,
  graceMs: number,
): Promise<void> {
  const state = await engine.container(container.id);
  if (state?.running !== true) return;
  const never = new AbortController().signal;
  if (graceMs > 0) {
    // An image may name a signal that does not exist; the kill below does not depend on it.
    await engine.signalContainer(container.id, state.stopSignal).catch(unlessOther);
    if (await endedWithin(engine, container.id, graceMs, never)) return;
  }
  await engine.signalContainer(container.id, 'SIGKILL');
  if (await endedWithin(engine, container.id, KILL_MS, never)) return;
  throw new OffpeakError('containers.engine-timed-out', {
    message: 'A container does not stop, although it was killed.',
  });
}

/** One request waits so long at most: an engine that hangs is noticed by the next question. */
const ROUND_MS = 30_000;
/** 128 and the number of SIGKILL. */
const KILLED = 137;
/** Engines note it of a container whose end they did not see. */
const UNSEEN = 255;
/** A killed process may hang in the driver of the card for a while. */
const KILL_MS = 20_000;

async function oneRound(
  engine: DockerEngine,
  id: string,
  diskMs: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  void watchDisk(engine, id, diskMs, AbortSignal.any([signal, over.signal]));
  try {
    await endedWithin(engine, id, ROUND_MS, signal);
  } finally {
    over.abort();
  }
}

async function endOf(engine: DockerEngine, id: string): Promise<ContainerEnd | null> {
  const end = endIn(await engine.container(id));
  if (end?.state !== 'exited' || end.exitCode !== KILLED || end.outOfMemory) return end;
  // Asked again here, so that the reason is known also to a host that was not there.
  return { ...end, diskExceeded: await hasExceededDisk(engine, id) };
}

function endIn(state: ContainerState | null): ContainerEnd | null {
  // Created but never started: the engine went away in the middle of the start.
  if (state === null || state.status === 'created') return { state: 'vanished' };
  if (state.running) return null;
  const { exitCode, outOfMemory, startedAt } = state;
  // The engine notes the start of a very short program after its end.
  const endedAt = Math.max(startedAt, state.endedAt);
  const end = { exitCode, outOfMemory, diskExceeded: false, startedAt, endedAt };
  const isCutOff = exitCode === UNSEEN && startedAt < bootedAt();
  return { state: 'exited', ...end, ...(isCutOff ? { cutOff: true } : {}) };
}

/** UTC ms, as far as the clock was right then. */
function bootedAt(): number {
  return Date.now() - uptime() * 1000;
}

async function endedWithin(
  engine: DockerEngine,
  id: string,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const timeout = AbortSignal.timeout(ms);
  try {
    await engine.waitForEnd(id, AbortSignal.any([signal, timeout]));
    return true;
  } catch (error) {
    if (toFault(error).kind === 'not-found') return true;
    if (timeout.aborted) return false;
    throw error;
  }
}

function unlessOther(error: unknown): void {
  const fault = toFault(error);
  if (fault.kind !== 'other') throw fault;
}

import { sleep } from './clock.ts';
import type { LogRecord } from './log-record.ts';
import type { OperationsHost } from './operations-host.ts';
import { problemOf, Retry, withDeadline } from './patience.ts';
import type { ContainerEnd, ContainerHandle, EngineLogLine } from './ports.ts';

/** What became of a container; `no-answer`: the engine was lost for too long to say. */
export type ContainerFate =
  Exclude<ContainerEnd, { readonly state: 'engine-lost' }> | { readonly state: 'no-answer' };

/** Time for a program to end by itself before it is killed: the owner wants the card back now. */
const STOP_GRACE_MS = 5000;
/** How long a container that was stopped may take to be seen as ended. */
const STOP_DEADLINE_MS = 60_000;
/** How long a lost engine is waited for while a job runs: an update of Docker takes minutes. */
const ENGINE_PATIENCE_MS = 600_000;
/** A loss after so long without one is a new loss, with new patience. */
const CALM_MS = 60_000;
const ENGINE_RETRY_MS = 10_000;
/** After the exit only lines that are on their way already can come. */
const LAST_LINES_MS = 10_000;
const LOG_RETRY_MS = 2000;

/**
 * Watches one container to its end: keeps its log without gap or repeat, stops it when `stop`
 * aborts, sits out a lost engine. Rejects when the host detaches; the container then lives on.
 */
export async function watchContainer(
  host: OperationsHost,
  container: ContainerHandle,
  stop: AbortSignal,
): Promise<ContainerFate> {
  const over = new AbortController();
  const until = AbortSignal.any([host.detach, over.signal]);
  const following = followLog(host, container, until);
  void stopWhenAsked(host, container, { stop, until });
  try {
    const fate = await waitForEnd(host, container, stop);
    if (fate.state !== 'no-answer') await lastLines(host, following);
    return fate;
  } finally {
    over.abort();
  }
}

/**
 * Reads what of an ended container's log did not reach the disk before a crash: its end may be
 * noted while a full disk still refuses lines, or a power cut may take back what was written. What
 * the engine no longer has, or does not hand out in time, stays missing. Rejects when the host
 * detaches.
 */
export async function readRest(host: OperationsHost, container: ContainerHandle): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([host.detach, over.signal]);
  try {
    await lastLines(host, followLog(host, container, until));
  } finally {
    over.abort();
  }
}

async function followLog(
  host: OperationsHost,
  container: ContainerHandle,
  until: AbortSignal,
): Promise<void> {
  const { operation } = container;
  const onLine = (line: EngineLogLine): void => {
    // A reader that was left behind must not write beside the one that took its place.
    if (!until.aborted) host.log.append(logRecord(host, operation, line));
  };
  while (!until.aborted) {
    try {
      const from = host.log.resumePoint(operation);
      await host.engine.followLogs(container, { ...from, onLine }, until);
      return;
    } catch {
      // The wait for the exit reports a lost engine; here it only means to try again.
      await sleep(host.clock, LOG_RETRY_MS, until);
    }
  }
}

function logRecord(
  host: OperationsHost,
  operation: string,
  { timestamp, stream, text }: EngineLogLine,
): LogRecord {
  const at = Date.parse(timestamp);
  const known = Number.isNaN(at) ? host.clock.now() : at;
  return { at: known, operation, stream, text, ts: timestamp };
}

async function lastLines(host: OperationsHost, following: Promise<void>): Promise<void> {
  await withDeadline(host.clock, LAST_LINES_MS, host.detach, () => following).catch(() => {
    host.detach.throwIfAborted();
  });
}

async function stopWhenAsked(
  host: OperationsHost,
  container: ContainerHandle,
  { stop, until }: { stop: AbortSignal; until: AbortSignal },
): Promise<void> {
  await aborted(AbortSignal.any([stop, until]));
  while (!until.aborted) {
    try {
      await host.engine.stop(container, STOP_GRACE_MS);
      return;
    } catch {
      // A lost engine: waitForEnd tells, this tries again until the end is known.
      await sleep(host.clock, LOG_RETRY_MS, until);
    }
  }
}

async function waitForEnd(
  host: OperationsHost,
  container: ContainerHandle,
  stop: AbortSignal,
): Promise<ContainerFate> {
  const retry = new Retry(host, `container of ${container.operation}`);
  const deadline = stopDeadline(host, stop);
  const until = AbortSignal.any([host.detach, deadline.signal]);
  let lostSince = 0;
  let wasLost = false;
  try {
    for (;;) {
      const askedAt = host.clock.steady();
      const end = await ask(host, container, until);
      host.detach.throwIfAborted();
      if (end.state !== 'engine-lost') return wasLost ? cutOffByEngine(end) : end;
      wasLost = true;
      const now = host.clock.steady();
      if (retry.failures === 0 || now - askedAt > CALM_MS) lostSince = now;
      const isHopeless = now - lostSince >= ENGINE_PATIENCE_MS;
      if (isHopeless || deadline.signal.aborted) return { state: 'no-answer' };
      await retry.failed(end.problem, until, ENGINE_RETRY_MS);
    }
  } finally {
    retry.well();
    deadline.cancel();
  }
}

/** An engine that stops, or that finds what a former life of it left, ends containers in these ways. */
const ENDED_BY_ENGINE: readonly number[] = [137, 143, 255];

/** The engine was away while the container ran: such an end is no word of the program. */
function cutOffByEngine(end: ContainerFate): ContainerFate {
  if (end.state !== 'exited' || end.outOfMemory || end.diskExceeded) return end;
  return ENDED_BY_ENGINE.includes(end.exitCode) ? { ...end, cutOff: true } : end;
}

async function ask(
  { engine }: OperationsHost,
  container: ContainerHandle,
  until: AbortSignal,
): Promise<ContainerEnd> {
  try {
    return await engine.waitForExit(container, until);
  } catch (error) {
    return { state: 'engine-lost', problem: problemOf(error) };
  }
}

/** Aborts some time after the stop was asked for. */
function stopDeadline(
  { clock }: OperationsHost,
  stop: AbortSignal,
): { signal: AbortSignal; cancel: () => void } {
  const tooLate = new AbortController();
  let cancelTimer = (): void => undefined;
  const arm = (): void => {
    cancelTimer = clock.after(STOP_GRACE_MS + STOP_DEADLINE_MS, () => tooLate.abort());
  };
  if (stop.aborted) arm();
  else stop.addEventListener('abort', arm, { once: true });
  return {
    signal: tooLate.signal,
    cancel() {
      stop.removeEventListener('abort', arm);
      cancelTimer();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

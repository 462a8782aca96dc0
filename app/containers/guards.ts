import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { CreateOptions } from '../adapters/docker/create-options.ts';
import type { GuardRequest } from './guard-options.ts';
import { guardName, label, podLabels } from './names.ts';

/** What a guard says when its filter is at work, or why it is not (build/guard). */
const Word = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ ready: z.literal(false), problem: z.string(), detail: z.string().optional() }),
]);

/** Turns a request into what the engine is asked for. */
export type BuildGuard = (request: GuardRequest) => CreateOptions;

/** Installing some rules takes milliseconds; a computer under full load may need seconds. */
const READY_MS = 20_000;

/**
 * Starts the guard of one operation and waits for its word that the filter is at work; returns its
 * id. A former guard of the same place is replaced. Throws EngineFault, or
 * `containers.filter-missing` where this engine cannot filter; then no guard is left.
 */
export async function startGuard(
  engine: DockerEngine,
  request: GuardRequest,
  build: BuildGuard,
  signal: AbortSignal,
): Promise<string> {
  const name = guardName(request.pod, request.index);
  const former = await formerGuards(engine, request);
  // To remove one takes half as long as to start one: it goes while the new one comes.
  const gone = Promise.all(former.map((guard) => engine.removeContainer(guard)));
  gone.catch(() => undefined);
  const isFirst = former.length === 0;
  const id = await engine.createContainer(
    isFirst ? name : `${name}-${newSuffix()}`,
    build(request),
  );
  try {
    await runGuard(engine, id, signal);
    // Only then does its name in the network lead to one place.
    await gone;
    return id;
  } catch (error) {
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
}

/** Sees to it that a guard runs and filters, e.g. after a restart of the engine. Throws as above. */
export async function runGuard(
  engine: DockerEngine,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const before = await engine.container(id);
  if (before?.running === true) return;
  if (signal.aborted) throw new EngineFault('aborted', 'Aborted');
  // The words of former starts are in the log, too: all from before the last end, which is not
  // known where the computer went down.
  const { startedAt = 0, endedAt = 0 } = before ?? {};
  const since = endedAt < startedAt ? Date.now() : endedAt;
  await engine.startContainer(id);
  const word = await firstWord(engine, id, since, signal);
  if (word.ready) return;
  throw new OffpeakError('containers.filter-missing', {
    message: `The network of jobs cannot be filtered here (${word.problem}${detailOf(word)}).`,
  });
}

function detailOf({ detail }: { readonly detail?: string | undefined }): string {
  return detail === undefined || detail === '' ? '' : `: ${detail.slice(0, 200)}`;
}

async function formerGuards(
  engine: DockerEngine,
  { pod, index }: GuardRequest,
): Promise<readonly string[]> {
  const labels = { ...podLabels(pod), [label.guard]: String(index) };
  return (await engine.containers(labels)).map(({ id }) => id);
}

/** The name of the former one is taken until it is gone. */
function newSuffix(): string {
  return randomUUID().slice(0, 8);
}

async function firstWord(
  engine: DockerEngine,
  id: string,
  since: number,
  signal: AbortSignal,
): Promise<z.infer<typeof Word>> {
  const found = new AbortController();
  const late = AbortSignal.timeout(READY_MS);
  let text = '';
  const onMessage = ({ bytes }: { readonly bytes: Buffer }): void => {
    text += bytes.toString('utf8');
    if (text.includes('\n')) found.abort();
  };
  try {
    const all = AbortSignal.any([signal, late, found.signal]);
    await engine.followLogs(id, since / 1000, onMessage, all);
  } catch (error) {
    if (!found.signal.aborted && !late.aborted) throw toFault(error);
  }
  const word = Word.safeParse(parse(text));
  if (word.success) return word.data;
  return { ready: false, problem: late.aborted ? 'no-answer' : 'no-word' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.split('\n')[0] ?? '');
  } catch {
    return null;
  }
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import type { ContainerSpec } from '../jobs/ports.ts';
import { promisedOptions } from './guarantees.ts';
import { label } from './names.ts';
import { startContainer, type StartSetting } from './starting.ts';

/** What the check of the cards needs of its room. */
export interface CardCheckPlace {
  readonly engine: DockerEngine;
  readonly setting: StartSetting;
  /** Id of the guards' image, which holds the probe. */
  readonly image: string;
}

const CHECK_MS = 60_000;

/**
 * Starts a tiny container with exactly these cards, as a job's is started but without any network,
 * and looks from inside whether they are there. Nothing of it is left. One at a time per engine.
 * Throws EngineFault, `gpu-not-given` where the engine says nothing but the cards are not there.
 */
export async function checkCards(
  { engine, setting, image }: CardCheckPlace,
  cards: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // A host of its own, so that the sweep for jobs passes it by; what a crash left goes here.
  const host = `cards.${setting.host}`;
  const removeAll = async (): Promise<void> => {
    const left = await engine.containers({ [label.host]: host });
    for (const { id } of left) await engine.removeContainer(id);
  };
  await removeAll();
  const all = AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]);
  try {
    const { id } = await startContainer(engine, specOf(image, cards), {
      setting: { ...setting, host },
      findPlace: () => Promise.resolve({ pod: 'none', place: { kind: 'none' } }),
      build: promisedOptions,
      signal: all,
    });
    const fault = faultInView(await outputOf(engine, id, all), cards.length);
    if (fault !== null) throw new EngineFault('gpu-not-given', fault);
  } finally {
    await removeAll().catch(() => undefined);
  }
}

/** What the probe says of the device nodes that it found (build/guard, `/probe gpu`). */
const View = z.object({ detail: z.object({ nodes: z.record(z.string(), z.string()) }) });

/** What is wrong with what the probe saw, as the end of a sentence; null when nothing is. Pure. */
export function faultInView(output: string, cards: number): string | null {
  const view = read(output);
  if (view === null) return 'the look from inside came to nothing';
  const { nodes } = view.detail;
  // The Linux of Windows has one door for all cards.
  if (nodes['/dev/dxg'] === 'reached') return null;
  const found = Object.entries(nodes).filter(([path]) => /^\/dev\/nvidia\d+$/.test(path));
  if (found.length !== cards) return `it sees ${found.length} of ${cards}`;
  const [closed] = found.filter(([, outcome]) => outcome !== 'reached');
  return closed === undefined ? null : `it may not open ${closed.join(': ')}`;
}

function read(output: string): z.infer<typeof View> | null {
  try {
    return View.parse(JSON.parse(output));
  } catch {
    return null;
  }
}

async function outputOf(engine: DockerEngine, id: string, signal: AbortSignal): Promise<string> {
  let text = '';
  // A message is one line after its time.
  await engine.followLogs(id, 0, ({ bytes }) => (text += bytes.toString('utf8')), signal);
  return text;
}

function specOf(image: string, cards: readonly string[]): ContainerSpec {
  return {
    run: randomUUID(),
    job: 'cards',
    operation: 'cards',
    index: 0,
    image,
    command: ['gpu'],
    entrypoint: ['/probe'],
    env: {},
    workDir: null,
    volumes: [],
    aliases: [],
    cards,
    ports: [],
    resources: [],
    readOnlyRoot: false,
  };
}

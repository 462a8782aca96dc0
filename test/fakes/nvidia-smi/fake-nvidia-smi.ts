import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import nvidiaSmi from 'node-nvidia-smi';

const FAKE_FOLDER = import.meta.dirname;
const RECORDINGS = join(FAKE_FOLDER, '../../corpora/nvidia-smi');

/** What the fake program can act out. */
export type Scene =
  | 'ok'
  | 'warns-on-stderr'
  | 'damaged-inforom'
  | 'truncated'
  | 'garbage'
  | 'not-running'
  | 'mismatch'
  | 'lost'
  | 'no-devices'
  | 'fails'
  | 'hangs'
  | 'hangs-stubbornly';

/** The text of a recording made on a real card. */
export function recording(name: string): string {
  return readFileSync(join(RECORDINGS, name), 'utf8');
}

/** An environment in which the fake nvidia-smi comes first on the PATH and acts out a scene. */
export function envWithFake(scene: Scene, extra: { file?: string; pids?: string } = {}): Env {
  return {
    ...process.env,
    PATH: `${FAKE_FOLDER}${delimiter}${process.env.PATH ?? ''}`,
    FAKE_SMI: scene,
    FAKE_SMI_FILE: extra.file ?? join(RECORDINGS, 'rtx-3060-v12.xml'),
    FAKE_SMI_PIDS: extra.pids,
  };
}
type Env = Record<string, string | undefined>;

/** What the real node-nvidia-smi makes of a document that the fake program prints. */
export async function logOf(xml: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-smi-'));
  const file = join(folder, 'log.xml');
  writeFileSync(file, xml);
  const before = { ...process.env };
  try {
    // node-nvidia-smi takes no options: it runs what this process's PATH leads to.
    Object.assign(process.env, { ...envWithFake('ok', { file }), FAKE_SMI_PIDS: '' });
    return await new Promise((resolve, reject) => {
      nvidiaSmi((error, log) => (error ? reject(new Error('broken XML')) : resolve(log)));
    });
  } finally {
    Object.assign(process.env, { PATH: before.PATH });
    rmSync(folder, { recursive: true });
  }
}

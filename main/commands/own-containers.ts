import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainersRoom } from '../../app/containers/room.ts';
import type { ProofReport, ProofResult } from '../../app/contract/proof.ts';
import type { Settings } from '../../app/contract/settings.ts';
import { type EngineChoices, openContainers, proveHere } from '../../app/engine-room.ts';
import { ResourcesRoom } from '../../app/resources/resources-room.ts';
import { readPracticeImage } from '../../app/network/practice/practice-image.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { readChoices } from '../../app/storage/owner-choices.ts';
import { openSettings } from '../../app/storage/settings.ts';
import { type CliContext, paths } from './context.ts';

const assets = join(import.meta.dirname, '..', '..', 'assets');

/** The engine for one command of the owner, apart from a running host; `close` it in the end. */
export function openOwnContainers({ env }: Pick<CliContext, 'env'>): ContainersRoom {
  return openContainers({ env, assets, home: paths(env).home }, ownChoices(env));
}

/** A cache for one command, which goes with it: `close` removes what it fetched. */
export function openOwnResources(containers: ContainersRoom): {
  resources: ResourcesRoom;
  close: () => Promise<void>;
} {
  const db = openDatabase(':memory:');
  const resources = new ResourcesRoom({ db, volumes: containers.volumes });
  return {
    resources,
    async close() {
      for (const { key } of resources.list()) await resources.remove(key);
      db.close();
    },
  };
}

/** Proves the isolation on the engine that jobs would get. Throws `containers.*`. */
export function proveOwn(
  { env }: Pick<CliContext, 'env'>,
  onResult: (result: ProofResult) => void,
  signal: AbortSignal,
): Promise<ProofReport> {
  const { home } = paths(env);
  return proveHere({ env, assets, home }, ownChoices(env), onResult, signal);
}

function ownChoices(env: NodeJS.ProcessEnv): EngineChoices {
  const { engine, internet } = keptChoices(env);
  return {
    hostId: randomUUID(),
    bundled: () => [readPracticeImage(join(assets, 'practice'))],
    engine: () => engine,
    internet: () => internet,
    // The owner's own job may use the owner's own images.
    imageRecords: null,
  };
}

function keptChoices(env: NodeJS.ProcessEnv): Pick<Settings, 'engine' | 'internet'> {
  const { db: file } = paths(env);
  if (!existsSync(file)) return { engine: null, internet: 'filtered' };
  const db = openDatabase(file, { readOnly: true });
  try {
    return readChoices(openSettings(db));
  } finally {
    db.close();
  }
}

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readiness } from '../../app/contract/readiness.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { readMachineFacts } from '../../app/readiness/machine-facts.ts';
import { ReadinessRoom } from '../../app/readiness/readiness-room.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { openSettings, type Settings } from '../../app/storage/settings.ts';
import { type CliContext, paths } from './context.ts';
import { openOwnContainers } from './own-containers.ts';

/**
 * Judges this computer without a running host, by the network's documentation. Writes nothing: a
 * measurement holds for this call alone. Gives no card to a container, and proves no isolation.
 */
export async function ownReadiness(
  context: Pick<CliContext, 'env'>,
  measure: boolean,
): Promise<Readiness> {
  const { db: file, home } = paths(context.env);
  const db = existsSync(file) ? openDatabase(file, { readOnly: true }) : null;
  const room = new ReadinessRoom({
    settings: inMemory(db && openSettings(db)),
    network: () => 'none',
    thresholds: () => Promise.resolve(null),
    facts: async (signal) => {
      const containers = openOwnContainers(context);
      const [machine, cards, engine] = await Promise.all([
        readMachineFacts({ diskPath: existing(home), childEntry: undefined, signal }),
        readCards(),
        containers.checkEngine(),
      ]);
      if (engine.ok) await containers.close();
      return {
        machine,
        cards,
        engine,
        cardsInContainers: { state: 'not-checked' },
        isolation: 'not-tried',
      };
    },
    now: Date.now,
    onFault: (text) => process.stderr.write(`${text}\n`),
  });
  try {
    if (measure) await room.measureNetwork();
    await room.look();
    return room.readiness;
  } finally {
    await room.stop();
    db?.close();
  }
}

function inMemory(kept: Settings | null): Settings {
  const written = new Map<string, string>();
  return {
    get: (key) => written.get(key) ?? kept?.get(key) ?? null,
    set: (key, value) => void written.set(key, value),
  };
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

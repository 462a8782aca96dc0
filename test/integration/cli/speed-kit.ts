import { keepSpeedServer } from '../../../app/readiness/speed-settings.ts';
import { databaseFile, openDatabase } from '../../../app/storage/database.ts';
import { openSettings, type Settings } from '../../../app/storage/settings.ts';
import { ShapedServer, type Trouble } from '../../fakes/readiness/shaped-server.ts';

/** Looks into, or changes, the settings of a folder. */
export function inSettings<T>(home: string, work: (settings: Settings) => T): T {
  const db = openDatabase(databaseFile(home));
  try {
    return work(openSettings(db));
  } finally {
    db.close();
  }
}

/** Names the server to measure against before anything runs in the folder; null: none. */
export function measureAgainst(home: string, address: string | null): void {
  inSettings(home, (settings) => keepSpeedServer(settings, address));
}

/** A server on this computer behind a fast line, so that a whole measurement is soon over. */
export async function startSpeedServer(
  ends: (() => Promise<unknown>)[],
  trouble?: Trouble,
): Promise<ShapedServer> {
  const server = await ShapedServer.start({
    downloadBitsPerSecond: 1e9,
    uploadBitsPerSecond: 1e9,
    ...(trouble ? { trouble } : {}),
  });
  ends.push(() => server.close());
  return server;
}

/** The very first request is refused; the server is well from then on. */
export function brokenAtFirst(): Trouble {
  let requests = 0;
  return (_, response) => {
    if (++requests > 1) return false;
    response.writeHead(503).end();
    return true;
  };
}

import { join } from 'node:path';
import { LastSweeps } from '../../app/benchmark/sweep/last-sweeps.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { openPower } from '../../app/open-power.ts';
import type { PowerRoom } from '../../app/power/power-room.ts';
import { databaseFile, openDatabase } from '../../app/storage/database.ts';
import { lockHome } from '../../app/storage/lock.ts';
import { openSettings } from '../../app/storage/settings.ts';
import { type CliContext, paths } from './context.ts';

const assets = join(import.meta.dirname, '..', '..', 'assets');

export interface OwnPower {
  readonly room: PowerRoom;
  readonly sweeps: LastSweeps;
  /** Puts everything back. */
  readonly close: () => Promise<void>;
}

/** Power leases for one command while no host runs: the folder is ours as long. Rejects with `storage.*`. */
export async function openOwnPower({ env }: Pick<CliContext, 'env'>): Promise<OwnPower> {
  const { home } = paths(env);
  const release = lockHome(home);
  const db = openDatabase(databaseFile(home));
  const log = () => undefined;
  const room = openPower({ assets, home, env, log }, db);
  const { cards } = await readCards({ env });
  const seen = cards.flatMap((card) =>
    card.uuid === null ? [] : [{ id: card.uuid, card, isLent: false }],
  );
  room.see(seen, performance.now());
  await room.start();
  return {
    room,
    sweeps: new LastSweeps(openSettings(db)),
    async close() {
      await room.stop();
      db.close();
      release();
    },
  };
}

/** The card that is meant: the named one, or the only one. Throws `power.no-card` and `host.bad-usage`. */
export function cardMeant(known: readonly string[], named: string | undefined): string {
  const [only, another] = known;
  if (named !== undefined) {
    if (known.includes(named)) return named;
    throw new OffpeakError('power.no-card');
  }
  if (only === undefined) throw new OffpeakError('power.no-card');
  if (another === undefined) return only;
  throw new OffpeakError('host.bad-usage', {
    message: 'There are several cards.',
    remedy: `Name one with --card: ${known.join(', ')}.`,
  });
}

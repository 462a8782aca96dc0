import { helperFile } from './adapters/power-helper/helper-file.ts';
import { PowerHelper } from './adapters/power-helper/helper.ts';
import { wayToRights } from './adapters/power-helper/ways.ts';
import type { PowerState } from './contract/power.ts';
import type { HostOptions } from './host-options.ts';
import { bootName } from './platform/boot.ts';
import { thisMachine } from './platform/machine.ts';
import { HelperAccess } from './power/helper-access.ts';
import { LeaseJournal } from './power/lease-journal.ts';
import { PowerRoom } from './power/power-room.ts';
import type { Database } from './storage/database.ts';
import { openSettings } from './storage/settings.ts';

/** The power room over the real helper. Nothing is started, and nothing asked for, yet. */
export function openPower(
  options: Pick<HostOptions, 'assets' | 'home' | 'env' | 'log'>,
  db: Database,
  onChange: (state: PowerState) => void = () => undefined,
): PowerRoom {
  const { env, log } = options;
  return new PowerRoom({
    journal: new LeaseJournal(db, bootName()),
    settings: openSettings(db),
    access: new HelperAccess({
      find: () => wayToRights(helperFile(options), thisMachine(), env),
      start: (command, events) => PowerHelper.start({ ...command, ...events, env }),
    }),
    log,
    onChange,
  });
}

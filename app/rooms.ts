import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readHostFacts } from './adapters/system-information.ts';
import { Timeline } from './activity/timeline.ts';
import { openImageRecords } from './containers/image-records.ts';
import type { ContainersRoom } from './containers/room.ts';
import type { Card } from './contract/gpu.ts';
import { type EngineChoices, openContainers, proveHere } from './engine-room.ts';
import { openCardReader } from './gpu/cards.ts';
import { CardWatcher } from './gpu/card-watcher.ts';
import type { HostOptions } from './host-options.ts';
import { JobHistory } from './jobs/history.ts';
import type { LentCard } from './jobs/passport.ts';
import { practiceAddresses } from './network/practice/host-keys.ts';
import { openPractice } from './network/practice/practice.ts';
import type { NetworkProvider, TunnelAddress } from './network/provider.ts';
import { knownToDriver } from './platform/graphics-on-bus.ts';
import { KernelLog } from './platform/kernel-log.ts';
import { ResourcesRoom } from './resources/resources-room.ts';
import { type Database, databaseFile, openDatabase } from './storage/database.ts';
import { lockHome } from './storage/lock.ts';
import { readChoices } from './storage/owner-choices.ts';
import { openSettings, type Settings } from './storage/settings.ts';
import { openTelemetryStore } from './telemetry/open-store.ts';
import { TelemetryRoom } from './telemetry/telemetry-room.ts';
import { openVault, type Vault } from './wallet/vault.ts';
import type { Prove } from './proving.ts';

/** Every room of the host that all its identities share, built and wired, nothing started yet. */
export interface Rooms {
  readonly db: Database;
  readonly settings: Settings;
  readonly practice: NetworkProvider;
  /** The keys of the real network. */
  readonly vault: Vault;
  readonly containers: ContainersRoom;
  readonly resources: ResourcesRoom;
  /** What the rooms know of the network of now; the host keeps it up to date. */
  readonly reach: { tunnel: TunnelAddress | null };
  /** Proves the isolation, apart from any job. */
  readonly prove: Prove;
  readonly cards: CardWatcher;
  readonly history: JobHistory;
  readonly timeline: Timeline;
  readonly telemetry: TelemetryRoom;
  /** Lets go of the folder and the database. */
  close(): void;
}

/** Takes the folder and builds the rooms. Throws `storage.*`, `practice.*`. */
export function openRooms(options: HostOptions): Rooms {
  const release = lockHome(options.home);
  try {
    const db = openDatabase(databaseFile(options.home));
    const rooms = buildRooms(options, db);
    return {
      ...rooms,
      close() {
        rooms.telemetry.close();
        db.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function buildRooms(options: HostOptions, db: Database): Omit<Rooms, 'close'> {
  const settings = openSettings(db);
  const practice = openPractice({
    home: options.home,
    assets: options.assets,
    log: options.log,
    ...(options.childEntries ? { entry: options.childEntries.practiceWorld } : {}),
  });
  const choices: EngineChoices = {
    hostId: hostId(settings),
    bundled: () => practice.images(),
    internet: () => readChoices(settings).internet,
    engine: () => readChoices(settings).engine,
    imageRecords: openImageRecords(db),
  };
  const reach: Rooms['reach'] = { tunnel: null };
  const containers = openContainers(options, { ...choices, tunnel: () => reach.tunnel });
  return {
    db,
    settings,
    practice,
    vault: openVault(join(options.home, 'wallet', 'keys.json'), {
      isPractice: (address) => practiceAddresses(join(options.home, 'practice')).includes(address),
    }),
    containers,
    reach,
    resources: new ResourcesRoom({ db, volumes: containers.volumes }),
    prove: (onResult, signal) => proveHere(options, choices, onResult, signal),
    cards: new CardWatcher({
      reader: openCardReader({ env: options.env, childEntries: options.childEntries }),
    }),
    history: new JobHistory({ db, home: options.home }),
    timeline: new Timeline(db, () => Date.now()),
    telemetry: new TelemetryRoom({
      store: openTelemetryStore(join(options.home, 'telemetry.db'), options.log),
      kernel: new KernelLog(),
      cardAt: (address) => knownToDriver(`${address}.0`)?.uuid ?? null,
      log: options.log,
    }),
  };
}

/** Cards as jobs see them; one without a UUID is known by its number. */
export function lentCards(cards: readonly Card[]): LentCard[] {
  return cards.filter(isKnown).map((card) => ({
    uuid: cardId(card),
    name: card.name,
    memoryBytes: card.memoryBytes,
  }));
}

// One that has slept since the computer started goes by no name yet; it would get another key later.
function isKnown({ uuid, isAsleep }: Card): boolean {
  return uuid !== null || !isAsleep;
}

/** What a card goes by where it has no UUID of its own: its place. */
export function cardId({ uuid, index }: Card): string {
  return uuid ?? String(index);
}

/** Free bytes of the disk that holds the home folder; null where they are not known. */
export async function freeDiskBytes(
  options: Pick<HostOptions, 'home' | 'childEntries'>,
): Promise<number | null> {
  const facts = await readHostFacts({
    diskPath: options.home,
    childEntry: options.childEntries?.systemInformation,
  });
  return facts.diskFreeBytes;
}

// Tells the containers of two installations on one engine apart.
function hostId(settings: Settings): string {
  const known = settings.get('host.id');
  if (known !== null) return known;
  const id = randomUUID();
  settings.set('host.id', id);
  return id;
}

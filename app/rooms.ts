import { randomUUID } from 'node:crypto';
import { readHostFacts } from './adapters/system-information.ts';
import { Timeline } from './activity/timeline.ts';
import { openImageRecords } from './containers/image-records.ts';
import type { ContainersRoom } from './containers/room.ts';
import type { Card } from './contract/gpu.ts';
import { type EngineChoices, openContainers, proveHere } from './engine-room.ts';
import { readCards } from './gpu/cards.ts';
import { CardWatcher } from './gpu/card-watcher.ts';
import type { HostOptions } from './host-options.ts';
import { JobsRoom } from './jobs/jobs-room.ts';
import type { LentCard } from './jobs/passport.ts';
import { verifyAuthorization } from './network/nosana/authorization.ts';
import { NosanaNetwork } from './network/nosana/nosana-network.ts';
import { type NetworkProvider, openPractice } from './network/practice/practice.ts';
import { OwnerApi } from './owner-api/owner-api.ts';
import { ResourcesRoom } from './resources/resources-room.ts';
import { type Database, databaseFile, openDatabase } from './storage/database.ts';
import { lockHome } from './storage/lock.ts';
import { readChoices } from './storage/owner-choices.ts';
import { openSettings, type Settings } from './storage/settings.ts';
import type { Prove } from './proving.ts';

/** Every room of the host, built and wired to what it needs, nothing started yet. */
export interface Rooms {
  readonly db: Database;
  readonly settings: Settings;
  /** The network this host works in; where it is reached comes with `start`. */
  readonly provider: NetworkProvider;
  readonly network: NosanaNetwork;
  readonly containers: ContainersRoom;
  /** Proves the isolation, apart from any job. */
  readonly prove: Prove;
  readonly cards: CardWatcher;
  readonly jobs: JobsRoom;
  /** Where the owners of jobs come; not open before `start`. */
  readonly ownerApi: OwnerApi;
  readonly timeline: Timeline;
  /** Lets go of the folder and the database. */
  close(): void;
}

/** Takes the folder and builds the rooms. Throws `storage.*`, `practice.*`. */
export function openRooms(options: HostOptions, lent: () => readonly LentCard[]): Rooms {
  const release = lockHome(options.home);
  try {
    const db = openDatabase(databaseFile(options.home));
    const rooms = buildRooms(options, db, lent);
    return {
      ...rooms,
      close() {
        db.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function buildRooms(
  options: HostOptions,
  db: Database,
  lent: () => readonly LentCard[],
): Omit<Rooms, 'close'> {
  const settings = openSettings(db);
  const provider = openPractice({
    home: options.home,
    assets: options.assets,
    log: options.log,
    ...(options.childEntries ? { entry: options.childEntries.practiceWorld } : {}),
  });
  const network = new NosanaNetwork({
    id: provider.id,
    practice: provider.practice,
    signer: provider.signer,
    genesisRule: provider.genesisRule,
    settings,
  });
  const choices: EngineChoices = {
    hostId: hostId(settings),
    bundled: () => provider.images(),
    internet: () => readChoices(settings).internet,
    engine: () => readChoices(settings).engine,
    imageRecords: openImageRecords(db),
  };
  const containers = openContainers(options, choices);
  const resources = new ResourcesRoom({ db, volumes: containers.volumes });
  const jobs = new JobsRoom({
    db,
    home: options.home,
    network,
    engine: containers,
    resources,
    policy: () => ({ cards: lent(), hostAddress: network.host }),
    log: options.log,
  });
  const { log } = options;
  const verify = verifyAuthorization;
  const ownerApi = new OwnerApi({ door: jobs.door, address: network.host, verify, log });
  return {
    db,
    settings,
    provider,
    network,
    containers,
    prove: (onResult, signal) => proveHere(options, choices, onResult, signal),
    cards: openCards(options),
    jobs,
    ownerApi,
    timeline: new Timeline(db, () => Date.now()),
  };
}

/** Cards as jobs see them; one without a UUID is known by its number. */
export function lentCards(cards: readonly Card[]): LentCard[] {
  return cards.map(({ uuid, index, name, memoryBytes }) => ({
    uuid: uuid ?? String(index),
    name,
    memoryBytes,
  }));
}

function openCards(options: HostOptions): CardWatcher {
  const { childEntries } = options;
  if (!childEntries) return new CardWatcher();
  return new CardWatcher({
    read: (signal) => readCards({ signal, childEntry: childEntries.nvidiaSmi }),
  });
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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import { JobHistory } from '../../../app/jobs/history.ts';
import { JobsRoom } from '../../../app/jobs/jobs-room.ts';
import { openDatabase, type Database } from '../../../app/storage/database.ts';
import { FakeResources } from '../../fakes/jobs/fake-resources.ts';
import { FakeNetwork } from '../../fakes/network/fake-network.ts';
import { IMAGE } from '../containers/engine-kit.ts';

/** Arguments of an operation that runs busybox. */
export const busybox = { image: IMAGE, env: { PATH: '/bin' } };

/** The jobs room on a real engine; network and resources are fakes. */
export class JobsOnEngine {
  readonly home = mkdtempSync(join(tmpdir(), 'offpeak-jobs-'));
  readonly network = new FakeNetwork({ now: () => Date.now() });
  readonly #engine: ContainersRoom;
  readonly #db: Database;
  readonly history: JobHistory;
  room: JobsRoom;

  constructor(engine: ContainersRoom) {
    this.#engine = engine;
    this.#db = openDatabase(join(this.home, 'offpeak.db'));
    this.history = new JobHistory({ db: this.#db, home: this.home });
    this.room = this.#open();
  }

  /** The host goes away, and another one comes. */
  async comeBack(awayMs: number): Promise<void> {
    await this.room.stop();
    await sleep(awayMs);
    this.room = this.#open();
    this.room.recover();
  }

  async printed(run: string, id: string): Promise<string[]> {
    const { lines } = await this.history.log({ run, from: 0, maxBytes: 1_000_000 });
    return lines.filter((line) => line.operation === id).map(({ text }) => text);
  }

  async untilClosed(run: string): Promise<void> {
    await until(() => this.history.get(run).outcome !== null);
  }

  async end(): Promise<void> {
    await this.room.stop();
    this.#db.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  #open(): JobsRoom {
    return new JobsRoom({
      db: this.#db,
      home: this.home,
      network: this.network,
      engine: this.#engine,
      tunnels: this.#engine.tunnels,
      resources: new FakeResources(),
      policy: () => ({ cards: [], hostAddress: 'host' }),
      log: () => undefined,
    });
  }
}

/** Waits, a minute at most. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 3000) throw new Error('What the test waits for never happened.');
    await sleep(20);
  }
}

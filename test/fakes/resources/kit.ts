import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PullProgress } from '../../../app/contract/job.ts';
import type { ResourceResult } from '../../../app/jobs/ports.ts';
import { PUBLIC_ENDPOINTS, type Endpoints } from '../../../app/resources/planner.ts';
import type { Resource } from '../../../app/resources/ports.ts';
import { ResourcesRoom, type ResourcesOptions } from '../../../app/resources/resources-room.ts';
import { Web } from '../../../app/resources/web.ts';
import { openDatabase } from '../../../app/storage/database.ts';
import { FolderVolumes } from './folder-volumes.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Every name is this computer: one server stands for all hosts. */
export const HERE = {
  allowLoopback: true,
  resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
} as const;

/** The room's way to the servers of a test. */
export const web = new Web(HERE);

/** All known stores are this one server. */
export function endpointsAt(server: ScriptedServer): Endpoints {
  return {
    ...PUBLIC_ENDPOINTS,
    huggingFace: server.origin('hub.example'),
    ollama: server.origin('ollama.example'),
    nosanaModels: server.origin('models.store.example'),
    bucketRoot: (bucket) => server.origin(`${bucket}.store.example`),
  };
}

/** Closes and removes what the tests of a file opened. */
export class Belongings {
  readonly #undo: (() => unknown)[] = [];

  server<Served extends { readonly server: ScriptedServer }>(served: Served): Served {
    this.#undo.push(() => served.server.close());
    return served;
  }

  add(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-resources-'));
    this.#undo.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  async clear(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }
}

/** A room on folders and a database of its own; `restart` opens it again, as after a crash. */
export class RoomKit {
  readonly volumes: FolderVolumes;
  readonly progress: PullProgress[] = [];
  now = 1_000;
  room: ResourcesRoom;
  readonly #folder: string;
  readonly #belongings: Belongings;
  readonly #options: Partial<ResourcesOptions>;

  constructor(
    belongings: Belongings,
    server: ScriptedServer,
    options: Partial<ResourcesOptions> = {},
  ) {
    this.#folder = belongings.folder();
    this.#belongings = belongings;
    this.volumes = new FolderVolumes(join(this.#folder, 'volumes'));
    this.#options = { endpoints: endpointsAt(server), web: HERE, backOffMs: () => 0, ...options };
    this.room = this.#open();
  }

  /** As after a crash: only database and volumes are left. */
  restart(): void {
    this.room = this.#open();
  }

  /** Each call is a little later than the one before. */
  ensure(
    resource: Resource,
    run = 'run-1',
    signal = new AbortController().signal,
  ): Promise<ResourceResult> {
    this.now += 1;
    const onProgress = (progress: PullProgress): unknown => this.progress.push(progress);
    return this.room.ensure({ run, resource }, onProgress, signal);
  }

  /** As `ensure`, for what must succeed. Returns the volume. */
  async volumeOf(resource: Resource, run = 'run-1'): Promise<string> {
    const result = await this.ensure(resource, run);
    if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
    return result.volume;
  }

  /** As `ensure`, for what must fail. Returns the code. */
  async refusalOf(resource: Resource, run = 'run-1'): Promise<string> {
    const result = await this.ensure(resource, run);
    if (result.ok) throw new Error('It was not refused');
    return result.problem.code;
  }

  #open(): ResourcesRoom {
    const db = openDatabase(join(this.#folder, 'offpeak.db'));
    this.#belongings.add(() => db.close());
    return new ResourcesRoom({ db, volumes: this.volumes, now: () => this.now, ...this.#options });
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DockerEngine } from '../../../app/adapters/docker/engine.ts';
import { type ImageRecord, openImageRecords } from '../../../app/containers/image-records.ts';
import { ImageStore } from '../../../app/containers/images.ts';
import type { RegistryLogin } from '../../../app/jobs/ports.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

const IMAGE = 'registry.example/model:1';
const LOGIN: RegistryLogin = { username: 'poster', password: 'secret', server: '' };
const DAY_MS = 24 * 3600 * 1000;

describe('an image that a job names', () => {
  let half: HalfEngine;
  let engine: DockerEngine;
  let db: Database;
  /** What the engine has, and what pulls do. */
  let present: string | null;
  let pull: (response: ServerResponse) => void;
  let logins: unknown[];
  let removed: number;

  beforeEach(async () => {
    half = new HalfEngine();
    await half.open();
    engine = new DockerEngine({ kind: 'socket', path: half.socket, origin: 'a test' });
    db = openDatabase(':memory:');
    present = null;
    logins = [];
    removed = 0;
    pull = (response) => {
      present = 'sha256:pulled';
      response.end('{"status":"Pull complete"}');
    };
    half.answer = answer;
  });
  afterEach(async () => {
    db.close();
    await half.remove();
  });

  it('is not taken from what lies on the computer for the owner: its registry is asked', async () => {
    present = 'sha256:built-by-the-owner';
    expect(await ensure(store())).toBe('sha256:pulled');
    expect(logins).toEqual([null]);
  });

  it('that the owner has and the registry does not give to everyone is refused', async () => {
    present = 'sha256:built-by-the-owner';
    pull = refuse('pull access denied for registry.example/model');
    await expect(ensure(store())).rejects.toMatchObject({ code: 'containers.image-local' });
  });

  it('that was fetched for a job is used again without asking, for a day', async () => {
    await ensure(store());
    await ensure(store());
    expect(logins).toHaveLength(1);
    age(DAY_MS + 1);
    await ensure(store());
    expect(logins).toHaveLength(2);
  });

  it('that was fetched before is used when its registry cannot be asked', async () => {
    await ensure(store());
    age(DAY_MS + 1);
    pull = refuse('dial tcp: lookup registry.example: no such host');
    expect(await ensure(store())).toBe('sha256:pulled');
  });

  it('with a digest never moves, so it is asked for once', async () => {
    const exact = `registry.example/model@sha256:${'a'.repeat(64)}`;
    await ensure(store(), null, exact);
    age(DAY_MS * 30, exact);
    await ensure(store(), null, exact);
    expect(logins).toHaveLength(1);
  });

  it('of a private registry is fetched with the login of its job each time, and goes with it', async () => {
    await ensure(store(), LOGIN);
    await ensure(store(), LOGIN);
    const login = { username: 'poster', password: 'secret', serveraddress: 'registry.example' };
    expect(logins).toEqual([login, login]);
    await store().removePrivate(engine, IMAGE);
    expect(removed).toBe(1);
    await store().removePrivate(engine, IMAGE);
    expect(removed).toBe(1);
  });

  it('of a private registry is not given to a job without the login', async () => {
    await ensure(store(), LOGIN);
    pull = refuse('unauthorized: authentication required');
    await expect(ensure(store())).rejects.toMatchObject({ code: 'containers.image-local' });
  });

  it('that was here before a job fetched it with its login stays here', async () => {
    present = 'sha256:pulled';
    await ensure(store(), LOGIN);
    await store().removePrivate(engine, IMAGE);
    expect(removed).toBe(0);
  });

  it('in a job of the owner may be any image of this computer', async () => {
    present = 'sha256:built-by-the-owner';
    const own = new ImageStore({ bundled: () => [], stallMs: 5000, records: null });
    expect(await ensure(own)).toBe('sha256:built-by-the-owner');
    expect(logins).toEqual([]);
  });

  function store(): ImageStore {
    return new ImageStore({ bundled: () => [], stallMs: 5000, records: openImageRecords(db) });
  }

  async function ensure(
    images: ImageStore,
    login: RegistryLogin | null = null,
    image = IMAGE,
  ): Promise<string> {
    const facts = await engine.facts();
    const options = { onProgress: () => undefined, signal: new AbortController().signal };
    return (await images.ensure(engine, facts, { image, login }, options)).imageId;
  }

  /** Lets time go by since an image was fetched. */
  function age(ms: number, image = IMAGE): void {
    const records = openImageRecords(db);
    const record: ImageRecord | null = records.get(image);
    if (record !== null) records.set(image, { ...record, fetchedAt: record.fetchedAt - ms });
  }

  function answer({ url = '', method, headers }: IncomingMessage, response: ServerResponse): void {
    if (url.startsWith('/images/create')) {
      const auth = headers['x-registry-auth'];
      logins.push(auth === undefined ? null : decode(String(auth)));
      pull(response);
    } else if (url.startsWith('/images/') && method === 'DELETE') {
      removed += 1;
      response.end('[]');
    } else if (url.startsWith('/images/')) {
      response.statusCode = present === null ? 404 : 200;
      response.end(JSON.stringify({ Id: present, message: 'No such image' }));
    } else if (url.startsWith('/info')) response.end(JSON.stringify(half.info));
    else response.end(JSON.stringify(half.version));
  }
});

function refuse(error: string): (response: ServerResponse) => void {
  return (response) => response.end(JSON.stringify({ error }));
}

function decode(auth: string): unknown {
  return JSON.parse(Buffer.from(auth, 'base64url').toString('utf8'));
}

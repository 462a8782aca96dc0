import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { PullProgress } from '../../../app/contract/job.ts';
import type { Resource } from '../../../app/resources/ports.ts';
import type { ResourcesOptions } from '../../../app/resources/resources-room.ts';
import { Belongings, RoomKit } from '../../fakes/resources/kit.ts';
import { OllamaRegistry } from '../../fakes/resources/ollama-registry.ts';
import { S3Store } from '../../fakes/resources/s3-store.ts';

const belongings = new Belongings();
afterEach(() => belongings.clear());

async function world(
  options: Partial<ResourcesOptions> = {},
): Promise<{ s3: S3Store; kit: RoomKit }> {
  const s3 = belongings.server(await new S3Store().start());
  for (const name of ['a', 'b', 'c']) s3.put('models', `${name}/file`, name.repeat(100));
  return { s3, kit: new RoomKit(belongings, s3.server, options) };
}

const model = (name: string, more: Partial<Extract<Resource, { type: 'S3' }>> = {}): Resource => {
  return { type: 'S3', target: '/m', url: `s3://models/${name}`, ...more };
};

/** How often the content of a file was asked for. */
function downloads(s3: S3Store, name: string): number {
  const isContent = (range: string | undefined): boolean => range !== 'bytes=0-0';
  return s3.server.asked.filter(
    ({ path, headers }) => path === `/${name}/file` && isContent(headers.range),
  ).length;
}

const labels = (kit: RoomKit): readonly string[] => kit.room.list().map(({ label }) => label);

describe('what was fetched once', () => {
  it('is not fetched again, by no run and after no restart', async () => {
    const { s3, kit } = await world();
    const volume = await kit.volumeOf(model('a'), 'run-1');
    expect(await kit.volumeOf(model('a'), 'run-2')).toBe(volume);
    kit.restart();
    expect(await kit.volumeOf(model('a'), 'run-3')).toBe(volume);
    expect(downloads(s3, 'a')).toBe(1);
    expect(kit.progress.at(-1)).toMatchObject({ receivedBytes: 100, layersDone: 1 });
  });

  it('is fetched once when several ask at the same time', async () => {
    const { s3, kit } = await world();
    const gate = Promise.withResolvers<undefined>();
    kit.volumes.beforeWrite = () => gate.promise;
    const seen: PullProgress[] = [];
    const { signal } = new AbortController();
    const asked = ['run-1', 'run-2', 'run-3'].map((run) =>
      kit.room.ensure({ run, resource: model('a') }, (told) => seen.push(told), signal),
    );
    setTimeout(() => gate.resolve(undefined), 30);
    const results = await Promise.all(asked);
    expect(new Set(results.map((result) => (result.ok ? result.volume : null))).size).toBe(1);
    expect(downloads(s3, 'a')).toBe(1);
    expect(seen.filter(({ layersDone }) => layersDone === 1)).toHaveLength(3);
    for (const run of ['run-1', 'run-2']) kit.room.release(run);
    expect(kit.room.list()[0]?.inUse).toBe(true);
    kit.room.release('run-3');
    expect(kit.room.list()[0]?.inUse).toBe(false);
  });

  it('is shared between addresses where its checksums are known', async () => {
    const registry = belongings.server(await new OllamaRegistry().start());
    registry.add('library/small', '1b', ['weights']);
    const kit = new RoomKit(belongings, registry.server);
    const one = await kit.volumeOf({ type: 'Ollama', model: 'small:1b' });
    const other = 'registry.ollama.ai/library/small:1b';
    expect(await kit.volumeOf({ type: 'Ollama', model: other, target: '/x' }, 'run-2')).toBe(one);
  });

  it('is fetched anew when it was replaced', async () => {
    const { s3, kit } = await world();
    const before = await kit.volumeOf(model('a'));
    s3.put('models', 'a/file', 'z'.repeat(100));
    const after = await kit.volumeOf(model('a'));
    expect(after).not.toBe(before);
    expect(kit.volumes.files(after)).toEqual({ file: 'z'.repeat(100) });
    expect(kit.volumes.files(before)).toEqual({ file: 'a'.repeat(100) });
  });

  it('is fetched anew when its owner has removed the volume by hand', async () => {
    const { s3, kit } = await world();
    const volume = await kit.volumeOf(model('a'));
    await kit.volumes.remove(volume);
    expect(kit.volumes.files(await kit.volumeOf(model('a')))).toEqual({ file: 'a'.repeat(100) });
    expect(downloads(s3, 'a')).toBe(2);
  });
});

describe('after a crash', () => {
  it('only the file that was on its way is fetched again', async () => {
    const { s3, kit } = await world();
    for (const name of ['1', '2', '3', '4']) s3.put('models', `many/${name}`, name);
    const crash = new AbortController();
    const complete = (): number => kit.room.list()[0]?.completeFiles ?? 0;
    kit.volumes.beforeWrite = async (path) => {
      if (path !== '4') return;
      while (complete() < 3) await new Promise((resolve) => setImmediate(resolve));
      crash.abort();
      throw new Error('killed');
    };
    expect(await kit.ensure(model('many'), 'run-1', crash.signal)).toMatchObject({
      problem: { code: 'resources.stopped' },
    });
    expect(kit.room.list()[0]).toMatchObject({ files: 4, completeFiles: 3, completeBytes: 3 });
    kit.restart();
    kit.volumes.beforeWrite = () => Promise.resolve();
    const volume = await kit.volumeOf(model('many'));
    expect(kit.volumes.files(volume)).toEqual({ 1: '1', 2: '2', 3: '3', 4: '4' });
    expect(kit.volumes.written.toSorted()).toEqual(['1', '2', '3', '4']);
  });

  it('volumes that nobody remembers go, and memories without a volume, too', async () => {
    const { kit } = await world();
    const kept = await kit.volumeOf(model('a'));
    const lost = await kit.volumeOf(model('b'));
    const stray = await kit.volumes.create('f'.repeat(64));
    const ofRun = await kit.volumes.createForRun('run-9', 'e'.repeat(64));
    await kit.volumes.remove(lost);
    kit.restart();
    await kit.room.reconcile();
    const there = (await kit.volumes.list()).map(({ volume }) => volume);
    expect(there.toSorted()).toEqual([kept, ofRun].toSorted());
    expect(there).not.toContain(stray);
    expect(labels(kit)).toEqual(['s3://models/a']);
  });

  it('what a run held that is no more is free again, what a living one holds is not', async () => {
    const { kit } = await world();
    await kit.volumeOf(model('a'), 'dead');
    await kit.volumeOf(model('b'), 'alive');
    kit.restart();
    await kit.room.reconcile(['alive']);
    const inUse = kit.room.list().map(({ label, inUse: used }) => [label, used]);
    expect(Object.fromEntries(inUse)).toEqual({ 's3://models/a': false, 's3://models/b': true });
  });
});

describe('room for what is fetched', () => {
  it('is made by what was not used for longest', async () => {
    const { kit } = await world({ quotaBytes: () => 250 });
    for (const name of ['a', 'b', 'a']) {
      await kit.volumeOf(model(name));
      kit.room.release('run-1');
    }
    await kit.volumeOf(model('c'));
    expect(labels(kit).toSorted()).toEqual(['s3://models/a', 's3://models/c']);
    expect(await kit.volumes.list()).toHaveLength(2);
  });

  it('is not made by what is pinned or held', async () => {
    const { s3, kit } = await world({ quotaBytes: () => 250 });
    await kit.volumeOf(model('a'), 'run-1');
    await kit.volumeOf(model('b'), 'run-2');
    kit.room.release('run-1');
    const pinned = kit.room.list().find(({ label }) => label === 's3://models/a');
    kit.room.pin(pinned?.key ?? '', true);
    const result = await kit.ensure(model('c'), 'run-3');
    expect(result).toMatchObject({ ok: false, problem: { code: 'resources.too-large' } });
    expect(downloads(s3, 'c')).toBe(0);
    kit.room.pin(pinned?.key ?? '', false);
    await kit.volumeOf(model('c'), 'run-3');
    expect(labels(kit).toSorted()).toEqual(['s3://models/b', 's3://models/c']);
  });

  it('is refused before a byte is downloaded', async () => {
    const { s3, kit } = await world({ quotaBytes: () => 99 });
    expect(await kit.refusalOf(model('a'))).toBe('resources.too-large');
    kit.volumes.free = 1000;
    expect(await kit.refusalOf(model('a'))).toBe('resources.too-large');
    const small = await world();
    small.kit.volumes.free = 1000;
    expect(await small.kit.refusalOf(model('a'))).toBe('resources.disk-full');
    expect(downloads(s3, 'a') + downloads(small.s3, 'a')).toBe(0);
    expect(await kit.volumes.list()).toEqual([]);
  });

  it('is made by another where a forgotten container still uses one', async () => {
    const { kit } = await world({ quotaBytes: () => 250 });
    const stuck = await kit.volumeOf(model('a'));
    await kit.volumeOf(model('b'));
    kit.room.release('run-1');
    kit.volumes.inUse.add(stuck);
    await kit.volumeOf(model('c'));
    expect(labels(kit).toSorted()).toEqual(['s3://models/a', 's3://models/c']);
  });

  it('is named full when the disk fills up on the way', async () => {
    const { kit } = await world();
    kit.volumes.beforeWrite = () =>
      Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    expect(await kit.refusalOf(model('a'))).toBe('resources.disk-full');
    kit.volumes.beforeWrite = () => Promise.reject(new OffpeakError('containers.engine-lost'));
    expect(await kit.refusalOf(model('a'))).toBe('containers.engine-lost');
  });
});

describe('a job that wants to write to its files', () => {
  it('gets a volume of its own, which no other run ever sees', async () => {
    const { s3, kit } = await world();
    const shared = await kit.volumeOf(model('a'), 'run-1');
    const own = await kit.volumeOf(model('a', { allowWrite: true }), 'run-1');
    const other = await kit.volumeOf(model('a', { allowWrite: true }), 'run-2');
    expect(new Set([shared, own, other]).size).toBe(3);
    expect(await kit.ensure(model('a', { allowWrite: true }))).toMatchObject({
      ok: true,
      volume: own,
      writable: true,
    });
    expect(downloads(s3, 'a')).toBe(3);
    expect(labels(kit)).toEqual(['s3://models/a']);
  });

  it('keeps what it wrote over a restart, and leaves nothing behind in the memory', async () => {
    const { s3, kit } = await world();
    const resource = model('a', { allowWrite: true });
    const own = await kit.volumeOf(resource, 'run-1');
    kit.restart();
    expect(await kit.volumeOf(resource, 'run-1')).toBe(own);
    expect(downloads(s3, 'a')).toBe(1);
    kit.room.release('run-1');
    rmSync(join(kit.volumes.root, own), { recursive: true });
    await kit.volumes.remove(own);
    await kit.volumeOf(resource, 'run-2');
    expect(downloads(s3, 'a')).toBe(2);
  });
});

describe('what is kept', () => {
  it('is listed, last used first, and removed when nobody needs it', async () => {
    const { kit } = await world();
    await kit.volumeOf(model('a'), 'run-1');
    await kit.volumeOf(model('b'), 'run-2');
    const [first] = kit.room.list();
    expect(first).toMatchObject({
      label: 's3://models/b',
      bytes: 100,
      completeBytes: 100,
      files: 1,
      completeFiles: 1,
      pinned: false,
      inUse: true,
    });
    const key = first?.key ?? '';
    await expect(kit.room.remove(key)).rejects.toThrow('in use');
    kit.room.release('run-2');
    await kit.room.remove(key);
    expect(labels(kit)).toEqual(['s3://models/a']);
    expect(await kit.volumes.list()).toHaveLength(1);
    await expect(kit.room.remove(key)).rejects.toThrow('does not keep');
    expect(() => kit.room.pin(key, true)).toThrow('does not keep');
  });

  it('is not what turned out to be something else', async () => {
    const { s3, kit } = await world();
    kit.volumes.beforeWrite = () => {
      s3.put('models', 'a/file', 'z'.repeat(100));
      return Promise.resolve();
    };
    expect(await kit.refusalOf(model('a'))).toBe('resources.changed');
    expect([kit.room.list(), await kit.volumes.list()]).toEqual([[], []]);
    kit.volumes.beforeWrite = () => Promise.resolve();
    expect(kit.volumes.files(await kit.volumeOf(model('a')))).toEqual({ file: 'z'.repeat(100) });
  });

  it('is not what its checksum says it is not', async () => {
    const { s3, kit } = await world();
    s3.put('models', 'bad/file', 'content', { etag: '0'.repeat(32) });
    expect(await kit.refusalOf(model('bad'))).toBe('resources.checksum-mismatch');
    expect(kit.room.list()[0]).toMatchObject({ completeFiles: 0, completeBytes: 0, inUse: false });
  });
});

import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { Manifest } from '../../../app/resources/manifest.ts';
import { planResource } from '../../../app/resources/planner.ts';
import type { S3Resource } from '../../../app/resources/ports.ts';
import { Belongings, endpointsAt, web } from '../../fakes/resources/kit.ts';
import { S3Store, type S3StoreOptions } from '../../fakes/resources/s3-store.ts';
import { ScriptedServer } from '../../fakes/resources/scripted-server.ts';

const KEY = { region: 'eu-west-1', accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };
const IAM = { REGION: 'eu-west-1', ACCESS_KEY_ID: 'AKIA', SECRET_ACCESS_KEY: 'very-secret' };

const belongings = new Belongings();
afterEach(() => belongings.clear());

async function store(options: S3StoreOptions = {}): Promise<S3Store> {
  return belongings.server(await new S3Store(options).start());
}

function plan(server: ScriptedServer, resource: Partial<S3Resource>): Promise<Manifest> {
  return planResource(
    { type: 'S3', target: '/models', ...resource },
    { web, endpoints: endpointsAt(server), signal: new AbortController().signal },
  );
}

function paths({ files }: Manifest): readonly string[] {
  return files.map(({ path }) => path);
}

async function refusal(planned: Promise<Manifest>): Promise<string> {
  const error: unknown = await planned.catch((reason: unknown) => reason);
  if (error instanceof OffpeakError) return error.code;
  throw new Error(`Not refused: ${String(error)}`);
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('an S3 resource without a list of files', () => {
  it('is everything below its folder, page by page, and nothing beside it', async () => {
    const s3 = await store({ pageSize: 2 });
    for (const key of ['llama/8b/a', 'llama/8b/sub/b', 'llama/8b/sub/c', 'llama/8b/z']) {
      s3.put('models', key, key);
    }
    s3.put('models', 'llama/8b/sub/', '');
    s3.put('models', 'llama/8b-other', 'beside');
    const manifest = await plan(s3.server, { url: 's3://models/llama/8b' });
    expect(paths(manifest)).toEqual(['a', 'sub/b', 'sub/c', 'z']);
    expect(manifest).toMatchObject({ label: 's3://models/llama/8b', target: '/models' });
    expect(manifest.files[0]).toMatchObject({
      size: 10,
      checksum: { kind: 'md5', hex: md5('llama/8b/a') },
      version: { etag: `"${md5('llama/8b/a')}"` },
    });
    expect(s3.server.asked.filter(({ path }) => path.includes('list-type=2'))).toHaveLength(3);
  });

  it.each([false, true])('has names with any sign (encoding unknown: %s)', async (ignores) => {
    const s3 = await store({ ignoresEncoding: ignores });
    const names = ["a+b & c's (1)!.bin", 'ü/é%41.bin', '100%.bin'];
    for (const name of names) s3.put('models', `x/${name}`, name);
    const manifest = await plan(s3.server, { url: 's3://models/x' });
    expect([...paths(manifest)].sort()).toEqual([...names].sort());
  });

  it('of the network itself comes from its delivery network', async () => {
    const s3 = await store();
    s3.put('models', 'ollama/llama3.1/blobs/x', 'x');
    const url = 's3://nos-ai-models-qllsn32u/ollama/llama3.1';
    const manifest = await plan(s3.server, { url });
    expect(paths(manifest)).toEqual(['blobs/x']);
    expect(s3.server.asked[0]?.headers.host).toContain('models.store.example');
    expect(manifest.label).toBe(url);
  });

  it('may be one object', async () => {
    const s3 = await store();
    s3.put('models', 'dir/model.bin', 'content');
    s3.put('models', 'dir/model.bin.sig', 'more');
    expect(paths(await plan(s3.server, { url: 's3://models/dir/model.bin' }))).toEqual([
      'model.bin',
    ]);
  });

  it('is found where the folder is the bucket', async () => {
    const s3 = await store();
    s3.put('models', 'llama/a', 'a');
    const url = `${s3.server.origin('store.example')}/models/llama`;
    expect(paths(await plan(s3.server, { url }))).toEqual(['a']);
  });

  it('may be a file of any web server, and is not a page of one', async () => {
    const server = await ScriptedServer.start(({ path }, answer) => {
      if (path.startsWith('/model.bin')) answer.end('model');
      else answer.setHeader('content-type', 'text/html').end('<html></html>');
    });
    belongings.add(() => server.close());
    const at = (path: string) => plan(server, { url: server.origin('site.example') + path });
    expect(paths(await at('/model.bin'))).toEqual(['model.bin']);
    expect(paths(await at('/model.bin?signature=1'))).toEqual(['model.bin']);
    expect(await refusal(at('/about'))).toBe('resources.not-found');
  });

  it('is refused when it is empty, does not exist, or is not given to everyone', async () => {
    const s3 = await store();
    s3.put('models', 'a/b', 'b');
    expect(await refusal(plan(s3.server, { url: 's3://models/c' }))).toBe('resources.not-found');
    expect(await refusal(plan(s3.server, { url: 's3://others/c' }))).toBe('resources.not-found');
    const closed = await store({ key: KEY });
    expect(await refusal(plan(closed.server, { url: 's3://models/a' }))).toBe(
      'resources.forbidden',
    );
  });

  it('is refused when a name leads out of the volume', async () => {
    const s3 = await store();
    s3.put('models', 'a/../../etc/passwd', 'x');
    expect(await refusal(plan(s3.server, { url: 's3://models/a' }))).toBe('resources.unsupported');
  });
});

describe('an S3 resource with a list of files', () => {
  it('is exactly these, with what the server tells of them', async () => {
    const s3 = await store();
    s3.put('models', 'x/a.bin', 'aaa');
    s3.put('models', 'x/sub/b.bin', 'bb', { etag: `${'1'.repeat(32)}-2` });
    s3.put('models', 'x/c.bin', 'c');
    s3.put('models', 'x/empty', '');
    const files = ['a.bin', '/sub/b.bin', 'empty'];
    const manifest = await plan(s3.server, { url: 's3://models/x', files, allowWrite: true });
    expect(manifest.writable).toBe(true);
    expect(manifest.files.map(({ path, size, checksum }) => [path, size, checksum?.kind])).toEqual([
      ['a.bin', 3, 'md5'],
      ['empty', 0, 'md5'],
      ['sub/b.bin', 2, undefined],
    ]);
  });

  it('may come from several buckets', async () => {
    const s3 = await store();
    s3.put('one', 'a', 'a');
    s3.put('two', 'b', 'b');
    s3.put('two', 'c', 'c');
    const buckets = [{ url: 's3://one' }, { url: 's3://two', files: ['c'] }];
    const manifest = await plan(s3.server, { buckets });
    expect([paths(manifest), manifest.label]).toEqual([['a', 'c'], 's3://one and 1 more']);
  });

  it('is refused when one is missing, or has no size', async () => {
    const s3 = await store();
    s3.put('models', 'a', 'a');
    const url = 's3://models';
    expect(await refusal(plan(s3.server, { url, files: ['a', 'b'] }))).toBe('resources.not-found');
    const server = await ScriptedServer.start((_, answer) => {
      answer.write('some');
      answer.end();
    });
    belongings.add(() => server.close());
    const request = plan(server, { url: server.origin(), files: ['a'] });
    expect(await refusal(request)).toBe('resources.unsupported');
  });
});

describe('an S3 resource with a key', () => {
  it.each([
    ['of AWS', 's3://models/x y'],
    ['of another maker', null],
  ])('is opened with it, in a store %s', async (_, url) => {
    const s3 = await store({ key: KEY, pageSize: 1 });
    s3.put('models', 'x y/a+b.bin', 'a');
    s3.put('models', "x y/c'(d).bin", 'c');
    const address = url ?? `${s3.server.origin('store.example')}/models/x%20y`;
    const all = await plan(s3.server, { url: address, IAM });
    expect(paths(all)).toEqual(['a+b.bin', "c'(d).bin"]);
    const some = await plan(s3.server, { url: address, IAM, files: ['a+b.bin'] });
    expect(paths(some)).toEqual(['a+b.bin']);
    expect(all.scope).toBe(some.scope);
    expect(JSON.stringify([all, s3.server.asked])).not.toContain('very-secret');
  });

  it('is refused with a wrong one', async () => {
    const s3 = await store({ key: KEY });
    s3.put('models', 'a', 'a');
    for (const wrong of [
      { SECRET_ACCESS_KEY: 'other' },
      { ACCESS_KEY_ID: 'OTHER' },
      { REGION: 'us-east-1' },
    ]) {
      const request = plan(s3.server, { url: 's3://models', IAM: { ...IAM, ...wrong } });
      expect(await refusal(request)).toBe('resources.forbidden');
    }
  });

  it('signs for no host but those the job named', async () => {
    const s3 = await store({ key: KEY });
    s3.put('models', 'a', 'a');
    const { authorize } = await plan(s3.server, { url: 's3://models', IAM });
    expect(await authorize('https://elsewhere.example/a')).toEqual({});
    expect(await authorize(`${s3.server.origin('models.store.example')}/a`)).toHaveProperty(
      'authorization',
    );
  });
});

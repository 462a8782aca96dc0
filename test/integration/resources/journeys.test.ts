import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Hub } from '../../fakes/resources/hub.ts';
import { Belongings, RoomKit } from '../../fakes/resources/kit.ts';
import { OllamaRegistry } from '../../fakes/resources/ollama-registry.ts';
import { S3Store } from '../../fakes/resources/s3-store.ts';
import { ScriptedServer } from '../../fakes/resources/scripted-server.ts';
import { serveFile } from '../../fakes/resources/serve-file.ts';

const KEY = { region: 'eu-west-1', accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };
const IAM = { REGION: 'eu-west-1', ACCESS_KEY_ID: 'AKIA', SECRET_ACCESS_KEY: 'very-secret' };

const belongings = new Belongings();
afterEach(() => belongings.clear());

function expectSteady(kit: RoomKit): void {
  const seen = kit.progress.map(({ receivedBytes }) => receivedBytes);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const last = kit.progress.at(-1);
  expect(last?.receivedBytes).toBe(last?.totalBytes);
  expect(last?.layersDone).toBe(last?.layers);
}

describe('a job that asks for large files', () => {
  it('gets those of a bucket that its key opens', async () => {
    const s3 = belongings.server(await new S3Store({ key: KEY, pageSize: 2 }).start());
    const big = randomBytes(3 * 1024 * 1024);
    s3.put('models', 'llama/model.bin', big);
    s3.put('models', 'llama/tokens/a+b.json', '{}');
    s3.put('models', 'llama/empty', '');
    const kit = new RoomKit(belongings, s3.server);
    const result = await kit.ensure({ type: 'S3', target: '/m', url: 's3://models/llama', IAM });
    expect(result).toMatchObject({ ok: true, target: '/m', writable: false });
    if (!result.ok) return;
    const files = kit.volumes.files(result.volume);
    expect(Object.keys(files).sort()).toEqual(['empty', 'model.bin', 'tokens/a+b.json']);
    const got = readFileSync(join(kit.volumes.root, result.volume, 'model.bin'));
    expect(got.equals(big)).toBe(true);
    expectSteady(kit);
    const told = JSON.stringify([kit.progress, kit.room.list(), result]);
    expect(told).not.toMatch(/secret|AKIA/);
    expect(told).toContain('s3://models/llama');
  });

  it('gets those of a gated model of Hugging Face, and its token goes nowhere else', async () => {
    const hub = belongings.server(await new Hub({ token: 'hf_secret', pageSize: 1 }).start());
    const weights = randomBytes(200_000).toString('hex');
    hub.repos.set('some/model', {
      files: { 'config.json': '{}', 'sub/model.safetensors': weights },
      large: ['sub/model.safetensors'],
      isGated: true,
    });
    const kit = new RoomKit(belongings, hub.server);
    const resource = { type: 'HF', target: '/m', repo: 'some/model' } as const;
    expect(await kit.refusalOf(resource)).toBe('resources.forbidden');
    const volume = await kit.volumeOf({ ...resource, accessToken: 'hf_secret' });
    expect(kit.volumes.files(volume)).toEqual({
      'config.json': '{}',
      'sub/model.safetensors': weights,
    });
    expect(hub.askedOfCdn.length).toBeGreaterThan(0);
    for (const { headers } of hub.askedOfCdn) expect(headers.authorization).toBeUndefined();
    // Who has no token does not get from the cache what it was fetched with one for.
    expect(await kit.refusalOf(resource, 'run-2')).toBe('resources.forbidden');
    const wrong = { ...resource, accessToken: 'hf_other' };
    expect(await kit.refusalOf(wrong, 'run-3')).toBe('resources.forbidden');
    expect(JSON.stringify([kit.progress, kit.room.list()])).not.toContain('hf_secret');
  });

  it("gets a model of Ollama as Ollama's own folder has it", async () => {
    const registry = belongings.server(await new OllamaRegistry().start());
    const manifest = registry.add('library/small', '1b', ['weights', 'template']);
    const kit = new RoomKit(belongings, registry.server);
    const volume = await kit.volumeOf({ type: 'Ollama', model: 'small:1b' });
    const blobs = ['weights', 'template', '{"model":"test"}'].map((content) => {
      const hex = createHash('sha256').update(content).digest('hex');
      return [`blobs/sha256-${hex}`, content];
    });
    expect(kit.volumes.files(volume)).toEqual({
      ...Object.fromEntries(blobs),
      'manifests/registry.ollama.ai/library/small/1b': manifest,
    });
  });

  it('gets them whole over a line that drops again and again', async () => {
    const content = randomBytes(2 * 1024 * 1024);
    const server = await ScriptedServer.start((asked, answer) => {
      const first = Number(/^bytes=(\d+)-/.exec(asked.headers.range ?? '')?.[1] ?? 0);
      const isProbe = asked.headers.range === 'bytes=0-0';
      if (isProbe || first > 1_500_000) return serveFile(asked, answer, { content, etag: '"1"' });
      answer.writeHead(first === 0 ? 200 : 206, {
        etag: '"1"',
        'content-length': content.length - first,
        ...(first === 0 ? {} : { 'content-range': `bytes ${first}-2097151/2097152` }),
      });
      const part = content.subarray(first, first + 400_000);
      answer.write(part, () => setImmediate(() => answer.destroy()));
    });
    belongings.add(() => server.close());
    const kit = new RoomKit(belongings, server);
    const url = server.origin('files.example');
    const volume = await kit.volumeOf({ type: 'S3', target: '/m', url, files: ['model.bin'] });
    const got = readFileSync(join(kit.volumes.root, volume, 'model.bin'));
    expect(got.equals(content)).toBe(true);
    expect(server.asked.length).toBeGreaterThan(4);
    expectSteady(kit);
  });

  it('is told why it gets nothing, without a secret', async () => {
    const s3 = belongings.server(await new S3Store().start());
    const kit = new RoomKit(belongings, s3.server);
    const s3At = (url: string) => kit.refusalOf({ type: 'S3', target: '/m', url, files: ['a'] });
    expect(await s3At('s3://missing/x')).toBe('resources.not-found');
    expect(await s3At('http://192.168.1.1/x')).toBe('resources.address-refused');
    expect(await s3At('http://169.254.169.254/latest')).toBe('resources.address-refused');
    expect(await s3At('http://[fd00::1]:8080/x')).toBe('resources.address-refused');
    expect(await s3At('gopher://x')).toBe('resources.unsupported');
    const closed = await kit.ensure({
      type: 'S3',
      target: '/m',
      url: 'http://files.example:1/very-secret?X-Amz-Signature=very-secret',
      files: ['a'],
    });
    expect(closed).toMatchObject({ ok: false, problem: { code: 'resources.unreachable' } });
    expect(JSON.stringify(closed)).not.toContain('very-secret');
    expect(kit.room.list()).toEqual([]);
  });
});

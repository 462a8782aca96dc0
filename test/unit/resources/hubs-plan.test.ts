import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { keyOf, type Manifest } from '../../../app/resources/manifest.ts';
import { modelName } from '../../../app/resources/ollama-plan.ts';
import { planResource } from '../../../app/resources/planner.ts';
import type { Resource } from '../../../app/resources/ports.ts';
import { Hub, type HubOptions } from '../../fakes/resources/hub.ts';
import { Belongings, endpointsAt, web } from '../../fakes/resources/kit.ts';
import { OllamaRegistry } from '../../fakes/resources/ollama-registry.ts';
import { ScriptedServer } from '../../fakes/resources/scripted-server.ts';

const belongings = new Belongings();
afterEach(() => belongings.clear());

function plan(server: ScriptedServer, resource: Resource): Promise<Manifest> {
  const { signal } = new AbortController();
  return planResource(resource, { web, endpoints: endpointsAt(server), signal });
}

async function refusal(planned: Promise<Manifest>): Promise<string> {
  const error: unknown = await planned.catch((reason: unknown) => reason);
  if (error instanceof OffpeakError) return error.code;
  throw new Error(`Not refused: ${String(error)}`);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const FILES = {
  'config.json': '{}',
  'sub dir/model ü.safetensors': 'weights',
  'tokenizer.json': '[]',
};
const LARGE = ['sub dir/model ü.safetensors'];

async function hub(options: HubOptions = {}): Promise<Hub> {
  const made = belongings.server(await new Hub(options).start());
  made.repos.set('some/model', { files: FILES, large: LARGE });
  return made;
}

describe('a model of Hugging Face', () => {
  const model = { type: 'HF', target: '/models', repo: 'some/model' } as const;

  it('is all its files at one commit, with their checksums', async () => {
    const made = await hub({ pageSize: 2 });
    const manifest = await plan(made.server, model);
    expect(manifest).toMatchObject({
      label: 'some/model@main',
      target: '/models',
      writable: false,
    });
    expect(manifest.files.map(({ path, size, checksum }) => [path, size, checksum?.kind])).toEqual([
      ['config.json', 2, 'git'],
      ['sub dir/model ü.safetensors', 7, 'sha256'],
      ['tokenizer.json', 2, 'git'],
    ]);
    expect(manifest.files[1]).toMatchObject({
      checksum: { hex: sha256('weights') },
      source: {
        url: `${made.origin}/some/model/resolve/${made.commit}/sub%20dir/model%20%C3%BC.safetensors`,
      },
    });
  });

  it('may be some of its files, at a revision', async () => {
    const made = await hub();
    const manifest = await plan(made.server, { ...model, revision: 'v1', files: ['config.json'] });
    expect(manifest.files.map(({ path }) => path)).toEqual(['config.json']);
    expect(manifest.label).toBe('some/model@v1');
  });

  it.each([
    [{ files: ['missing.bin'] }, 'resources.not-found'],
    [{ revision: 'v2' }, 'resources.not-found'],
    [{ repo: 'no/model' }, 'resources.forbidden'],
    [{ repo: '../model' }, 'resources.unsupported'],
    [{ repo: 'a/b/c' }, 'resources.unsupported'],
    [{ repo: 'a b' }, 'resources.unsupported'],
    [{ files: ['../config.json'] }, 'resources.unsupported'],
  ])('is refused when there is no such thing: %j', async (more, code) => {
    const made = await hub();
    expect(await refusal(plan(made.server, { ...model, ...more }))).toBe(code);
  });

  it('is opened with its token, which goes to the hub alone', async () => {
    const made = await hub({ token: 'hf_secret' });
    made.repos.set('some/model', { files: FILES, large: LARGE, isPrivate: true });
    expect(await refusal(plan(made.server, model))).toBe('resources.forbidden');
    const manifest = await plan(made.server, { ...model, accessToken: 'hf_secret' });
    expect(manifest.files).toHaveLength(3);
    expect(await manifest.authorize(`${made.origin}/x`)).toEqual({
      authorization: 'Bearer hf_secret',
    });
    expect(await manifest.authorize(made.server.origin('cdn.example'))).toEqual({});
    expect(JSON.stringify(manifest)).not.toContain('hf_secret');
  });

  it('is shared whatever the token when it is public, and by the token when it is not', async () => {
    const made = await hub({ token: 'hf_1' });
    const keys = async (): Promise<number> => {
      const tokens = [undefined, 'hf_1', 'hf_2'];
      const plans = tokens.map((accessToken) =>
        plan(made.server, { ...model, ...(accessToken === undefined ? {} : { accessToken }) }),
      );
      return new Set((await Promise.all(plans)).map(keyOf)).size;
    };
    expect(await keys()).toBe(1);
    // Everyone may see the list of gated files; the list must not open the cache.
    made.repos.set('some/model', { files: FILES, large: LARGE, isGated: true });
    expect(await keys()).toBe(3);
  });

  it('does not follow a list to another host, and does not believe nonsense', async () => {
    const commit = 'a'.repeat(40);
    const entry = { type: 'file', path: 'a', size: 1, oid: 'b'.repeat(40) };
    const answers = { tree: JSON.stringify([entry]) };
    const server = await ScriptedServer.start(({ path }, answer) => {
      answer.setHeader('link', `<${server.origin('evil.example')}/more>; rel="next"`);
      answer.end(path.includes('/tree/') ? answers.tree : JSON.stringify({ sha: commit }));
    });
    belongings.add(() => server.close());
    expect((await plan(server, model)).files).toHaveLength(1);
    expect(server.asked.some(({ headers }) => headers.host?.startsWith('evil'))).toBe(false);
    for (const tree of [
      '{}',
      '[{"type":"file"}]',
      'no',
      '[{"type":"file","path":"a","oid":"b"}]',
    ]) {
      answers.tree = tree;
      expect(await refusal(plan(server, model))).toBe('resources.unsupported');
    }
  });
});

describe("a model of Ollama's registry", () => {
  async function registry(): Promise<OllamaRegistry> {
    return belongings.server(await new OllamaRegistry().start());
  }

  it('is laid out as Ollama keeps it', async () => {
    const made = await registry();
    const text = made.add('library/small', '1b', ['weights', 'template', 'weights']);
    const manifest = await plan(made.server, { type: 'Ollama', model: 'small:1b' });
    expect(manifest).toMatchObject({ label: 'small:1b', target: '/root/.ollama/models' });
    const expected = [
      ...['weights', 'template', '{"model":"test"}'].map((blob) => `blobs/sha256-${sha256(blob)}`),
      'manifests/registry.ollama.ai/library/small/1b',
    ];
    expect(manifest.files.map(({ path }) => path)).toEqual(expected.sort());
    expect(manifest.files.at(-1)?.source).toEqual({ kind: 'bytes', bytes: Buffer.from(text) });
    expect(manifest.files.every(({ checksum }) => checksum?.kind === 'sha256')).toBe(true);
  });

  it('may be of someone, and lie where the job says', async () => {
    const made = await registry();
    made.add('someone/their-model', 'latest', ['weights']);
    const resource = { type: 'Ollama', model: 'someone/their-model', target: '/m' } as const;
    const manifest = await plan(made.server, resource);
    expect(manifest).toMatchObject({ label: 'someone/their-model:latest', target: '/m' });
    expect(manifest.files.at(-1)?.path).toBe(
      'manifests/registry.ollama.ai/someone/their-model/latest',
    );
  });

  it('is refused when there is none, or its manifest is nonsense', async () => {
    const made = await registry();
    const ask = (model: string) => refusal(plan(made.server, { type: 'Ollama', model }));
    expect(await ask('small')).toBe('resources.not-found');
    const server = await ScriptedServer.start((_, answer) => {
      answer.end('{"layers":[{"digest":"sha256:../../etc","size":1}]}');
    });
    belongings.add(() => server.close());
    const request = plan(server, { type: 'Ollama', model: 'small' });
    expect(await refusal(request)).toBe('resources.unsupported');
  });

  it.each([
    ['llama3.1', 'library/llama3.1:latest'],
    ['llama3.1:70b-instruct-q4_K_M', 'library/llama3.1:70b-instruct-q4_K_M'],
    ['someone/model:v1', 'someone/model:v1'],
    ['registry.ollama.ai/library/phi', 'library/phi:latest'],
  ])('is named as Ollama names it: %s', (text, expected) => {
    const { namespace, model, tag } = modelName(text);
    expect(`${namespace}/${model}:${tag}`).toBe(expected);
  });

  it.each([
    '',
    'a/b/c',
    'a:b:c',
    '../x',
    '..',
    'x:..',
    'x:.hidden',
    'a b',
    'hf.co/a/b',
    'x/../y:z',
  ])('is refused under a name that is none: %j', (text) => {
    expect(() => modelName(text)).toThrow('none');
  });
});

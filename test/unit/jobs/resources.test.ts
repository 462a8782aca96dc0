import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { Resource } from '../../../app/jobs/definition/resources.ts';
import { needsOf } from '../../../app/jobs/needs.ts';
import { resourceLabel } from '../../../app/jobs/resource-label.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const model = { type: 'HF', repo: 'org/model', target: '/model' };
const data = { type: 'S3', url: 'https://s3.example/data', target: '/data', allowWrite: true };

async function run(definition: object): Promise<string> {
  const offer = world.network.assign(definition);
  await world.runToEnd(offer);
  return offer.run;
}

describe('resources', () => {
  it('are fetched after the images and before anything starts, then mounted', async () => {
    const id = await run(
      job([operation('first'), operation('train', { resources: [model, data] })]),
    );
    const steps = world.steps(id);
    const started = steps.indexOf('resource-started');
    expect(started).toBeGreaterThan(steps.lastIndexOf('pulled'));
    expect(started).toBeLessThan(steps.indexOf('operation-starting'));
    expect(steps.filter((step) => step === 'resource-ready')).toHaveLength(2);
    expect(world.engine.specs.map(({ resources }) => resources)).toEqual([
      [],
      [
        { volume: 'volume-of-org/model', dest: '/model', writable: false },
        { volume: 'volume-of-https://s3.example/data', dest: '/data', writable: true },
      ],
    ]);
  });

  it('are fetched once where several operations want the same', async () => {
    await run(
      job([operation('one', { resources: [model] }), operation('two', { resources: [model] })]),
    );
    const ensured = world.resources.calls.filter((call) => call.startsWith('ensure'));
    // Once before everything, and once more, from the cache, before each operation.
    expect(ensured).toEqual(Array.from({ length: 3 }, () => 'ensure org/model'));
  });

  it('are let go of once the run has been tidied up, not before', async () => {
    const offer = world.network.assign(oneOperation({ resources: [model] }));
    let leftovers: string[] | null = null;
    vi.spyOn(world.resources, 'release').mockImplementation(() => {
      leftovers ??= world.engine.existing();
    });
    await world.runToEnd(offer);
    expect(leftovers).toEqual([]);
  });

  it('that cannot be had fail their operation alone', async () => {
    const problem = new OffpeakError('containers.image-missing').toReport();
    world.resources.scripts.set('org/model', { problem });
    const id = await run(job([operation('train', { resources: [model] }), operation('other')]));
    expect(world.history.get(id).operations).toMatchObject([
      { id: 'train', problem: problem.message },
      { id: 'other', exitCode: 0 },
    ]);
    expect(world.network.result(id)).toMatchObject({
      opStates: [{ errors: [{ event: 'resource-error', message: problem.message }] }, {}],
    });
    expect(world.engine.specs.map((spec) => spec.operation)).toEqual(['other']);
  });

  it('show their progress, and are given up when the owner wants the card back', async () => {
    world.resources.scripts.set('org/model', { hangs: true });
    world.room.take(world.network.assign(oneOperation({ resources: [model] })));
    await until(() => world.room.current()?.pull?.image === 'org/model');
    expect(world.room.current()?.stage).toBe('pulling');
    world.room.handBack('Mine.');
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'handed-back', status: 'stopped' });
    expect(world.engine.specs).toEqual([]);
    expect(world.resources.holders.size).toBe(0);
  });

  it('are given up, and asked for again, when Offpeak stops and comes back', async () => {
    world.resources.scripts.set('org/model', { hangs: true });
    const offer = world.network.assign(oneOperation({ resources: [model] }));
    world.room.take(offer);
    await until(() => world.resources.calls.length > 0);
    await world.room.stop();
    world.resources.scripts.clear();
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary.status).toBe('success');
    const started = world.steps(offer.run).filter((step) => step === 'resource-started');
    expect(started).toHaveLength(1);
  });
});

describe('the name of a resource', () => {
  it.each([
    [{ ...model, accessToken: 'hf_secret' }, 'Hugging Face org/model'],
    [{ ...model, revision: 'main' }, 'Hugging Face org/model@main'],
    [
      { ...data, url: 'https://me:secret@s3.example/a@b?X-Amz-Signature=secret#x' },
      'S3 https://s3.example/a@b',
    ],
    [
      {
        ...data,
        url: undefined,
        bucket: 's3://bucket/x',
        IAM: { REGION: 'r', ACCESS_KEY_ID: 'secret', SECRET_ACCESS_KEY: 'secret' },
      },
      'S3 s3://bucket/x',
    ],
    [
      { type: 'S3', target: '/x', buckets: [{ url: 's3://a' }, { url: 's3://b?secret' }] },
      'S3 s3://a, s3://b',
    ],
    [{ type: 'Ollama', model: 'llama:8b' }, 'Ollama llama:8b'],
    [{ type: 'Ollama', model: 'a\nb\u202ec' }, 'Ollama a b c'],
  ])('of %j is %s: no secret, one line', (resource, label) => {
    expect(resourceLabel(Resource.parse(resource))).toBe(label);
  });

  it('is short', () => {
    expect(resourceLabel({ type: 'Ollama', model: 'x'.repeat(5000) })).toHaveLength(200);
  });
});

describe('an image of a private registry', () => {
  const docker = { username: 'me', password: 'secret', server: 'registry.example' };

  it('is fetched with the login of its own operation, and removed with the run', async () => {
    const requests = vi.spyOn(world.engine, 'ensureImage');
    const id = await run(
      job([
        operation('open'),
        operation('train', { image: 'registry.example/x:1', authentication: { docker } }),
      ]),
    );
    expect(requests.mock.calls.map(([request]) => request)).toEqual([
      { image: 'images/open:1', login: null },
      { image: 'registry.example/x:1', login: docker },
    ]);
    expect(world.engine.calls).toContain(`cleanUp ${id} registry.example/x:1`);
  });

  it('leaves no trace of the login but in the definition itself', async () => {
    const id = await run(oneOperation({ authentication: { docker } }));
    const { definition, ...rest } = world.history.get(id);
    expect(definition).toContain('secret');
    expect(JSON.stringify(rest)).not.toContain('secret');
    expect(JSON.stringify(await world.logLines(id))).not.toContain('secret');
  });

  it('counts as open where name and password are empty', async () => {
    const requests = vi.spyOn(world.engine, 'ensureImage');
    await run(oneOperation({ authentication: { docker: { username: '', password: '' } } }));
    expect(requests.mock.calls[0]?.[0].login).toBeNull();
  });

  it('is known from the start, although other arguments are known only later', () => {
    const args = {
      image: 'registry.example/x:1',
      cmd: '%%ops.first.results.token%%',
      authentication: { docker },
      resources: [model],
    };
    const first = { ...operation('first'), results: { token: '.*' } };
    const definition = JSON.stringify(job([first, operation('train', args)]));
    const nothing = { groups: [], pulls: [], resources: [], operations: [], cards: [] };
    const work = { ...nothing, hostAddress: null, cause: null, logIncomplete: null };
    const offer = world.network.assign({});
    expect(needsOf({ offer, definition, work })).toEqual({
      images: [
        { image: 'images/first:1', login: null },
        { image: 'registry.example/x:1', login: docker },
      ],
      resources: [model],
    });
  });
});

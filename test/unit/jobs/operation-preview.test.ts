import { describe, expect, it } from 'vitest';
import { exposeId } from '../../../app/jobs/definition/expose-id.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { allowing, judged, refusals } from '../../fakes/jobs/judging.ts';

const found = { image: '.*', port: '.*' };
const seed = { ...operation('seed', { image: 'seed:1' }), results: found };
const next = (args: object): object => job([seed, operation('next', { image: 'next:1', ...args })]);
const literal = '%%ops.seed.results.image%%';

describe('a job of which something is known only while it runs', () => {
  it('is accepted, and says which operations that are', () => {
    const { passport, groups } = judged(next({ cmd: ['run', literal] }));
    expect(passport).toMatchObject({ refusals: [], late: ['next'], images: ['seed:1', 'next:1'] });
    expect(groups[1]?.operations[0]?.image).toBe('next:1');
  });

  it('does not say which image it is, when that is not known', () => {
    const { passport, groups } = judged(next({ image: literal, gpu: true, expose: 80 }));
    expect(passport).toMatchObject({ refusals: [], images: ['seed:1'], gpu: true, ports: [80] });
    expect(groups[1]?.operations[0]?.image).toBeNull();
  });

  it('does not take the job’s default for an image that is not known', () => {
    const definition = job([seed, operation('next', { image: literal })], {
      global: { image: 'own:1' },
    });
    expect(judged(definition).passport.images).toEqual(['seed:1']);
  });

  it('waits with an image whose login is not known', () => {
    const docker = { username: 'u', password: literal };
    const { passport } = judged(next({ authentication: { docker } }));
    expect(passport).toMatchObject({ refusals: [], images: ['seed:1'] });
  });

  it('tells of ports and files as far as they are known', () => {
    const port = '%%ops.seed.results.port%%';
    const { passport } = judged(
      next({
        expose: [80, port, { __spread__: port }],
        resources: [
          { type: 'HF', repo: 'a/b', target: '/a' },
          { type: 'HF', repo: literal, target: '/b' },
        ],
      }),
    );
    expect(passport).toMatchObject({
      refusals: [],
      ports: [80],
      resources: ['Hugging Face a/b'],
      late: ['next'],
    });
  });

  it('has its known parts judged like any other', () => {
    expect(refusals(next({ cmd: literal, work_dir: '%%global.job%%' }))).toEqual([
      'Operation "next" cannot be prepared: args.work_dir must be a path that starts with "/".',
    ]);
    expect(refusals(next({ env: { A: literal, B: '%%global.none%%' } }))).toHaveLength(1);
  });

  it('may have a volume whose name is not known', () => {
    const disk = { type: 'container/create-volume', id: 'disk', args: { name: literal } };
    expect(judged(job([seed, disk])).passport).toMatchObject({ refusals: [], late: [] });
  });

  it('has a title, too, when its first image is not known', () => {
    const definition = job([
      operation('a', { image: '%%ops.b.results.x%%' }, { group: 'g', depends_on: ['b'] }),
      { ...operation('b', {}, { group: 'g' }), results: { x: '.*' } },
    ]);
    expect(judged(definition)).toMatchObject({
      title: 'A job that names its image later',
      image: null,
    });
  });
});

describe('what an operation may ask of others', () => {
  const ask = (cmd: string, execution?: object, serves: object = {}): string[] =>
    refusals(
      job([
        operation('early', {}),
        { ...operation('base', {}, { group: 'g' }), results: found },
        {
          ...operation('serve', { expose: 80 }, { group: 'g', depends_on: ['base'] }),
          results: found,
          ...serves,
        },
        operation('ask', { cmd }, execution),
        { ...operation('last', { expose: 80 }), results: found },
      ]),
    );
  const inGroup = (...depends_on: string[]): object => ({ group: 'g', depends_on });

  it.each([
    ['their host, whenever they run', '%%ops.last.host%%', undefined],
    ['the way to their container, likewise', '%%ops.last.container_ip%%', undefined],
    ['results of an earlier group', '%%ops.serve.results.port%%', undefined],
    ['a port of an earlier group', '%%ops.serve.endpoint.80%%', undefined],
    ['results of what it depends on', '%%ops.serve.results.port%%', inGroup('serve')],
    ['results of what that depends on', '%%ops.base.results.port%%', inGroup('serve')],
    ['a port of what it depends on', '%%ops.serve.endpoint.80%%', inGroup('serve')],
    ['all results at once', '%%ops.serve.results%%', undefined],
    ['a part of a result', '%%ops.serve.results.port.0%%', undefined],
  ])('is %s', (_what, cmd, execution) => {
    expect(ask(cmd, execution)).toEqual([]);
  });

  it.each([
    ['results of a later group', '%%ops.last.results.port%%', undefined, 'to have run before'],
    ['a port of a later group', '%%ops.last.endpoint.80%%', undefined, 'to have run before'],
    ['results of a neighbour', '%%ops.serve.results.port%%', inGroup(), 'to have run before'],
    ['its own port', '%%ops.ask.endpoint.80%%', undefined, 'does not expose'],
    ['results where there are none', '%%ops.early.results%%', undefined, 'do not have'],
    ['another port', '%%ops.serve.endpoint.81%%', undefined, 'does not expose'],
  ])('is not %s', (_what, cmd, execution, words) => {
    const [refusal, ...others] = ask(cmd, execution);
    expect(others).toEqual([]);
    expect(refusal).toContain(`Operation "ask" cannot be prepared: args.cmd ${cmd} `);
    expect(refusal).toContain(words);
  });

  it('is nothing of an operation that only creates a volume', () => {
    const disk = { type: 'container/create-volume', id: 'disk', args: { name: 'data' } };
    const [refusal] = refusals(job([disk, operation('ask', { cmd: '%%ops.disk.host%%' })]));
    expect(refusal).toContain('only creates a volume');
  });

  it('is a port that may turn out to be open', () => {
    const open = operation('open', { expose: '%%ops.seed.results.port%%' });
    const definition = job([seed, open, operation('ask', { cmd: '%%ops.open.endpoint.7%%' })]);
    expect(judged(definition).passport).toMatchObject({ refusals: [], late: ['open', 'ask'] });
  });

  it('is its own address, where the network gives ports addresses', () => {
    const cmd = '%%ops.train.endpoint.80%% %%ops.train.deployment_endpoint%%';
    const definition = oneOperation({ expose: 80, cmd }, { deployment_id: 'd' });
    expect(refusals(definition)).toHaveLength(2);
    const addresses = { urlOf: (id: string) => `https://${id}.example` };
    const { passport, title } = judged(definition, allowing, addresses);
    expect(passport).toMatchObject({ refusals: [], late: [] });
    expect(title).toContain(exposeId(0, 80, 'job').slice(0, 40));
  });

  it('is not told where an operation keeps its addresses private', () => {
    const args = { expose: 80, private: true, cmd: '%%ops.train.endpoint.80%%' };
    const addresses = { urlOf: (id: string) => `https://${id}.example` };
    expect(judged(oneOperation(args), allowing, addresses).passport.refusals).toHaveLength(1);
  });
});

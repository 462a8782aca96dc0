import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Passport } from '../../../app/contract/job.ts';
import { parseDefinition } from '../../../app/jobs/definition/parse.ts';
import { judge } from '../../../app/jobs/passport.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { allowing, judged, offer, refusals } from '../../fakes/jobs/judging.ts';

const way = { type: 'api', args: { endpoint: 'https://example.org' } };
const iam = { REGION: 'r', ACCESS_KEY_ID: 'secret', SECRET_ACCESS_KEY: 'secret' };

describe('a passport', () => {
  it('tells what a job is before it runs', () => {
    const definition = job([
      operation('a', { image: 'one:1', gpu: true }),
      operation('b', { image: 'two:2' }),
      operation('c', { image: 'one:1' }),
    ]);
    expect(judged(definition)).toMatchObject({
      image: 'one:1',
      passport: {
        images: ['one:1', 'two:2'],
        gpu: true,
        ports: [],
        resources: [],
        late: [],
        operations: 3,
        maxDurationSeconds: 3600,
        pricePerSecond: '48',
        poster: 'poster',
        market: 'market',
        isolation: ['with the card'],
        refusals: [],
      },
    });
  });

  it('knows images that come from variables or from the job’s defaults', () => {
    const variables = { IMAGE: 'filled:1' };
    const image = '%%global.variables.IMAGE%%';
    expect(judged(oneOperation({ image }, { global: { variables } })).image).toBe('filled:1');
    expect(judged(oneOperation({ image: '' }, { global: { image: 'own:1' } })).image).toBe('own:1');
  });

  it('accepts everything that Offpeak does', () => {
    const definition = job(
      [
        { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
        operation(
          'db',
          { aliases: ['database'], entrypoint: 'run', private: true },
          { group: 'g' },
        ),
        operation(
          'web',
          {
            cmd: 'serve %%ops.db.host%% %%global.job%% %%global.project%%',
            volumes: [{ name: 'data', dest: '/data' }],
            restart_policy: { policy: 'on-failure', restart_tries: 3 },
            authentication: { docker: { username: 'u', password: 'p' } },
            expose: [{ port: 8080, type: 'web' }],
            resources: [{ type: 'HF', repo: 'r', target: '/m' }],
          },
          { group: 'g', depends_on: ['db'], stop_if_dependent_stops: true },
        ),
        { ...operation('train', { gpu: true, required_vram: 24 }), results: { loss: 'loss=(.*)' } },
      ],
      {
        meta: { trigger: 'cli', system_resources: { required_vram: 8 } },
        logistics: { send: way, receive: way },
      },
    );
    expect(refusals(definition)).toEqual([]);
  });

  it('tells of ports and of large files, without the secrets that come with them', () => {
    const url = 'https://user:secret@files.example/model?token=secret';
    const definition = oneOperation({
      expose: [80, { port: 81 }],
      resources: [
        { type: 'S3', url, target: '/a', IAM: iam },
        { type: 'HF', repo: 'org/model', target: '/b', accessToken: 'secret' },
        { type: 'HF', repo: 'org/model', target: '/c', accessToken: 'secret' },
      ],
    });
    const { passport } = judged(definition);
    expect(passport.ports).toEqual([80, 81]);
    expect(passport.resources).toEqual([
      'S3 https://files.example/model',
      'Hugging Face org/model',
    ]);
    expect(JSON.stringify(passport)).not.toContain('secret');
  });

  it('is read, too, where an older Offpeak wrote it', () => {
    const { resources, late, ...older } = judged(oneOperation()).passport;
    expect([resources, late]).toEqual([[], []]);
    expect(Passport.parse(older)).toEqual({ ...older, resources, late });
  });
});

describe('what Offpeak cannot do properly is declined by name:', () => {
  it.each([
    ['a literal that nobody fills in', { cmd: 'x %%global.variables.y%%' }, 'has no value'],
    ['the address of a tunnel that is none', { cmd: '%%global.frps_address%%' }, 'has no value'],
    ['an operation that is none', { cmd: '%%ops.none.host%%' }, 'names no operation of this job'],
    ['a result that is none', { cmd: '%%ops.train.results.y%%' }, '"train" does not have'],
    ['a port that is not open', { cmd: '%%ops.train.endpoint.80%%' }, 'does not expose'],
    ['a deployment that is none', { cmd: '%%ops.train.deployment_endpoint%%' }, 'has none'],
    ['something unheard of', { cmd: '%%ops.train.color%%' }, 'operations do not have'],
  ])('%s', (_what, args, words) => {
    const [refusal, ...others] = refusals(oneOperation(args));
    expect(others).toEqual([]);
    expect(refusal).toMatch(/^Operation "train" cannot be prepared: args\.cmd %%/);
    expect(refusal).toContain(words);
  });

  it('a card when none is lent', () => {
    expect(refusals(oneOperation({ gpu: true }), { ...allowing, cards: [] })).toEqual([
      'The job needs a graphics card, and none is lent to jobs now.',
    ]);
    expect(refusals(oneOperation(), { ...allowing, cards: [] })).toEqual([]);
  });

  it('the address of a host that has none', () => {
    const definition = oneOperation({ cmd: '%%global.host%%' });
    expect(refusals(definition, { ...allowing, hostAddress: null })).toHaveLength(1);
    expect(refusals(definition)).toEqual([]);
  });

  it('each of several reasons', () => {
    const cmd = '%%global.variables.ONE%% %%global.variables.TWO%%';
    expect(refusals(oneOperation({ cmd }))).toHaveLength(2);
  });
});

describe('public job definitions', () => {
  const folder = join(import.meta.dirname, '..', '..', 'corpora', 'job-definitions');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

  it.each(files)('%s gets a passport with whole sentences, or is not valid at all', (name) => {
    const verdict = parseDefinition(readFileSync(join(folder, name)));
    if (!verdict.valid) return expect(verdict.errors).not.toEqual([]);
    const isolation = (): string[] => [];
    const { passport, title } = judge({ ...verdict, offer, policy: allowing, isolation });
    for (const refusal of passport.refusals) expect(refusal).toMatch(/^[A-Z].*\.$/s);
    expect(title).not.toBe('');
  });
});

describe('a title', () => {
  const titleOf = (args: object, meta?: object): string =>
    judged(oneOperation(args, meta === undefined ? {} : { meta })).title;

  it('is the poster’s own, with the maker of the image', () => {
    const args = { image: 'docker.io/offpeak/practice-llm:1' };
    expect(titleOf(args, { title: 'Practice story' })).toBe(
      'Practice story by offpeak/practice-llm',
    );
  });

  it.each([
    [{ image: 'ubuntu', cmd: 'echo hi' }, 'ubuntu: echo hi'],
    [{ image: 'ghcr.io/a/b@sha256:abc', cmd: ['python', 'x.py'] }, 'a/b: python x.py'],
    [{ image: 'localhost:5000/b:1', cmd: [] }, 'b'],
    [{ image: 'b', cmd: ['bash', '-c', 'run this'] }, 'b: run this'],
  ])('is the image and what it runs: %j', (args, title) => {
    expect(titleOf(args)).toBe(title);
  });

  it('is one short line of visible text, whatever the poster wrote', () => {
    const title = titleOf({ image: 'b' }, { title: `evil\u202e\n${'x'.repeat(500)}` });
    expect(title).toHaveLength(80);
    expect(title).toMatch(/^evil x+…$/);
  });

  it('is there for a job without containers, too', () => {
    const volume = { type: 'container/create-volume', id: 'disk', args: { name: 'data' } };
    expect(judged(job([volume])).title).toBe('A job without containers');
  });
});

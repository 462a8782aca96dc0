import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../../app/jobs/definition/interpolate.ts';
import type { Json } from '../../../../app/jobs/definition/json.ts';
import {
  MAX_FILLED_IN_CHARACTERS,
  MAX_LITERAL_CHARACTERS,
  MAX_REPORTED_ERRORS,
} from '../../../../app/jobs/definition/limits.ts';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import { job, oneRun, valid } from './samples.ts';

/** What the operations before have left behind: `setup` has results, `web` has addresses. */
const results: Record<string, Json> = {
  port: ['9000'],
  words: ['one', 'two'],
  none: [],
  json: ['["a", "b"]'],
  settings: ['{"MODE":"fast","LEVEL":3}'],
  pairs: ['[{"key":"A","value":"1"},{"key":"B","value":{"x":[1]}},{"key":"C"}]'],
  ports: ['[{"port":8080,"type":"web"},8081]'],
  pieces: ['[{"type":"Ollama",', '"model":"small"}]'],
  'key.with.dots': ['dotted'],
  broken: ['[1, 2'],
  sneaky: ['%%ops.setup.results.words%%'],
  nul: ['a\0b'],
  escape: ['../../etc'],
  equals: ['{"A=B":"c"}'],
};

const global: Json = {
  job: 'job1',
  host: 'host1',
  project: '',
  variables: { NAME: 'world', LIST: '["x","y"]', IMAGE: 'alpine', 'A.B': 'dots', EMPTY: '' },
};

const values = {
  operations: new Map<string, Json>([
    ['setup', { results }],
    ['web', { host: 'web-host', endpoint: { '8080': 'abc.example' }, results: null }],
    ['web.v2', { host: 'second-host' }],
  ]),
  global,
};

function prepare(args: object): unknown {
  const [operation] = valid(oneRun(args)).ops;
  if (operation === undefined) throw new Error('the test needs an operation');
  const result = interpolate(operation, values);
  return result.ok ? result.args : result.problems;
}

const withImage = (args: object): object => ({ image: 'alpine', ...args });

describe('a literal inside other text', () => {
  it.each([
    ['hello %%global.variables.NAME%%!', 'hello world!'],
    ['%%global.job%%/%%globals.host%%', 'job1/host1'],
    ['http://%%ops.web.endpoint.8080%%/', 'http://abc.example/'],
    ['%%ops.web.host%% %%ops.web.v2.host%%', 'web-host second-host'],
    ['run %%ops.setup.results.words%% now', 'run one two now'],
    ['run %%ops.setup.results.json%% now', 'run a b now'],
    ['set %%ops.setup.results.settings%% now', 'set {"MODE":"fast","LEVEL":3} now'],
    ['(%%ops.setup.results.none%%)', '()'],
    ['%%ops.setup.results.key.with.dots%%.', 'dotted.'],
    ['%%global.variables.A.B%%.', 'dots.'],
    ['%%ops.setup.results.words.1%%.', 'two.'],
  ])('becomes text: %s', (cmd, expected) => {
    expect(prepare({ cmd })).toEqual(withImage({ cmd: expected }));
  });

  it.each([
    '100%% sure',
    '%%other.thing%%',
    '%%ops%%',
    '%%globals.variables.NAME%%',
    'date +%%s%%',
  ])('is only what looks like one: %s', (cmd) => {
    expect(prepare({ cmd })).toEqual(withImage({ cmd }));
  });

  it('is filled in once: what comes out of a log is not searched again', () => {
    const cmd = 'echo %%ops.setup.results.sneaky%%';
    expect(prepare({ cmd })).toEqual(withImage({ cmd: 'echo %%ops.setup.results.words%%' }));
  });

  it('is filled in wherever arguments hold text, but not in names of variables', () => {
    const name = '%%global.variables.NAME%%';
    const args = {
      image: `registry/${name}`,
      env: { [name]: name },
      work_dir: `/${name}`,
      volumes: [{ name: `v-${name}`, dest: `/${name}` }],
      resources: [{ type: 'HF', repo: `${name}/model`, target: `/${name}` }],
      aliases: [name],
      expose: {
        port: 80,
        health_checks: [{ type: 'websocket', expected_response: name, continuous: true }],
      },
    };
    expect(prepare(args)).toEqual({
      image: 'registry/world',
      env: { [name]: 'world' },
      work_dir: '/world',
      volumes: [{ name: 'v-world', dest: '/world' }],
      resources: [{ type: 'HF', repo: 'world/model', target: '/world' }],
      aliases: ['world'],
      expose: {
        port: 80,
        health_checks: [{ type: 'websocket', expected_response: 'world', continuous: true }],
      },
    });
  });
});

describe('a text that is one literal', () => {
  it('takes the one value of a list, or all of them joined', () => {
    expect(prepare({ cmd: '%%ops.setup.results.port%%' })).toEqual(withImage({ cmd: '9000' }));
    expect(prepare({ cmd: '%%ops.setup.results.words%%' })).toEqual(withImage({ cmd: 'one two' }));
    expect(prepare({ cmd: '%%global.variables.LIST%%' })).toEqual(withImage({ cmd: 'x y' }));
  });

  it('puts all values in place among list entries', () => {
    const cmd = [
      'say',
      '%%ops.setup.results.words%%',
      '%%ops.setup.results.json%%',
      '%%ops.setup.results.none%%',
      'end',
    ];
    expect(prepare({ cmd })).toEqual(withImage({ cmd: ['say', 'one', 'two', 'a', 'b', 'end'] }));
  });

  it('leaves text alone that the poster wrote, even when it looks like JSON', () => {
    const cmd = ['--limits', '{"image": 2}', '[1]'];
    expect(prepare({ cmd })).toEqual(withImage({ cmd }));
  });

  it('keeps text that only looks like JSON', () => {
    expect(prepare({ cmd: ['%%ops.setup.results.broken%%'] })).toEqual(
      withImage({ cmd: ['[1, 2'] }),
    );
  });

  it('gives ports as numbers', () => {
    expect(prepare({ expose: '%%ops.setup.results.port%%' })).toEqual(withImage({ expose: 9000 }));
    expect(prepare({ expose: ['%%ops.setup.results.port%%', 80] })).toEqual(
      withImage({ expose: [9000, 80] }),
    );
    expect(prepare({ expose: '%%ops.setup.results.ports%%' })).toEqual(
      withImage({ expose: [{ port: 8080, type: 'web' }, 8081] }),
    );
  });

  it('makes variables text, and objects and lists in them JSON', () => {
    const env = { A: '%%ops.setup.results.settings%%', B: '%%ops.setup.results.port%%' };
    expect(prepare({ env })).toEqual(
      withImage({ env: { A: '{"MODE":"fast","LEVEL":3}', B: '9000' } }),
    );
  });
});

describe('a literal without a value', () => {
  it.each([
    '%%ops.setup.results.missing%%',
    '%%ops.nobody.host%%',
    '%%ops.web.results.x%%',
    '%%ops.web%%',
    '%%global.variables.MISSING%%',
    '%%global.variables.EMPTY%%',
    '%%global.project%%',
    '%%global.constructor%%',
    '%%ops.setup.results.words.length%%',
    '%%ops.setup.results.words.toString%%',
  ])('is reported with its text and its place: %s', (literal) => {
    const message = `${literal} has no value when the operation starts`;
    expect(prepare({ env: { A: `x ${literal}` } })).toEqual([
      { literal, path: 'args.env.A', message },
    ]);
    expect(prepare({ cmd: ['x', literal] })).toEqual([{ literal, path: 'args.cmd[1]', message }]);
  });

  it('is reported each time', () => {
    const cmd = '%%ops.a.host%% %%ops.b.host%%';
    expect(prepare({ cmd, image: '%%ops.c.host%%' })).toMatchObject([
      { literal: '%%ops.c.host%%', path: 'args.image' },
      { literal: '%%ops.a.host%%', path: 'args.cmd' },
      { literal: '%%ops.b.host%%', path: 'args.cmd' },
    ]);
  });

  it('is not reported a thousand times', () => {
    expect(prepare({ cmd: '%%ops.a.host%%'.repeat(1000) })).toHaveLength(MAX_REPORTED_ERRORS);
  });

  it('is one whose name is too long to be one', () => {
    const literal = (length: number): string => `%%global.${'x'.repeat(length)}%%`;
    expect(prepare({ cmd: literal(MAX_LITERAL_CHARACTERS) })).toMatchObject([{ path: 'args.cmd' }]);
    const tooLong = literal(MAX_LITERAL_CHARACTERS + 1);
    expect(prepare({ cmd: tooLong })).toEqual(withImage({ cmd: tooLong }));
  });
});

describe('collections', () => {
  it('spread the entries of an object into one, over those written beside it', () => {
    const env = { MODE: 'slow', __spread__: '%%ops.setup.results.settings%%', OTHER: 'x' };
    expect(prepare({ env })).toEqual(withImage({ env: { MODE: 'fast', LEVEL: '3', OTHER: 'x' } }));
  });

  it('spread JSON text as well', () => {
    expect(prepare({ env: { __spread__: '{"A":true}' } })).toEqual(
      withImage({ env: { A: 'true' } }),
    );
  });

  it('turn pairs into entries; a missing value is empty text', () => {
    const env = { Z: '1', __pairs__: '%%ops.setup.results.pairs%%' };
    expect(prepare({ env })).toEqual(withImage({ env: { Z: '1', A: '1', B: '{"x":[1]}', C: '' } }));
    expect(prepare({ env: { __pairs__: '[{"key":"A","value":"b"}]' } })).toEqual(
      withImage({ env: { A: 'b' } }),
    );
  });

  it('spread the entries of a list into one', () => {
    const expose = [80, { __spread__: '%%ops.setup.results.ports%%' }, 81];
    expect(prepare({ expose })).toEqual(
      withImage({ expose: [80, { port: 8080, type: 'web' }, 8081, 81] }),
    );
    const words = { expose: [{ __spread__: '%%ops.setup.results.port%%' }] };
    expect(prepare(words)).toEqual(withImage({ expose: [9000] }));
  });

  it('put chunked JSON together before it is read', () => {
    const resources = [{ __spread__: '%%ops.setup.results.pieces%%', chunked: true }];
    expect(prepare({ resources })).toEqual(
      withImage({ resources: [{ type: 'Ollama', model: 'small' }] }),
    );
  });

  it.each([
    [
      { env: { __spread__: '%%ops.setup.results.json%%' } },
      'args.env.__spread__',
      'must hold an object',
    ],
    [{ env: { __spread__: 'A=1' } }, 'args.env.__spread__', 'must hold an object'],
    [{ env: { __pairs__: '{"A":"1"}' } }, 'args.env.__pairs__', 'must hold a list of'],
    [{ env: { __pairs__: '["A"]' } }, 'args.env.__pairs__', 'must hold only objects'],
    [
      { env: { __pairs__: '[{"key":"__proto__","value":"x"}]' } },
      'args.env.__pairs__',
      'must hold only objects',
    ],
    [
      { env: { __spread__: '{"__proto__":{"x":"y"}}' } },
      'args.env.__spread__',
      'must hold an object',
    ],
    [
      { expose: [{ __spread__: '%%global.job%%' }] },
      'args.expose[0].__spread__',
      'must hold a list',
    ],
    [
      { resources: [{ __spread__: '%%ops.setup.results.pieces%%' }] },
      'args.resources[0]',
      'expected an object',
    ],
  ])('that hold the wrong thing are a problem: %j', (args, path, start) => {
    const message = expect.stringContaining(start) as string;
    expect(prepare(args)).toContainEqual({ literal: null, path, message });
  });
});

describe('the marker for empty lists', () => {
  const marker = '__remove-if-empty__';

  it('vanishes, and takes the list with it when nothing else is left', () => {
    const none = '%%ops.setup.results.none%%';
    expect(prepare({ entrypoint: [marker, none], cmd: [marker, 'x'] })).toEqual(
      withImage({ cmd: ['x'] }),
    );
    expect(prepare({ resources: [marker, { __spread__: none }] })).toEqual(withImage({}));
  });

  it('is removed once, like on the network’s own host', () => {
    expect(prepare({ cmd: ['a', marker, marker] })).toEqual(withImage({ cmd: ['a', marker] }));
  });

  it('is not needed for a list that may stay empty', () => {
    expect(prepare({ cmd: ['%%ops.setup.results.none%%'] })).toEqual(withImage({ cmd: [] }));
  });
});

describe('what comes out is judged like a definition', () => {
  it.each([
    [{ expose: '%%global.job%%' }, 'args.expose'],
    [{ expose: ['%%ops.setup.results.port%%', 9000] }, 'args.expose[1]'],
    [{ expose: '%%ops.setup.results.words%%' }, 'args.expose'],
    [{ image: '%%ops.setup.results.settings%%' }, 'args.image'],
    [{ env: { A: '%%ops.setup.results.nul%%' } }, 'args.env.A'],
    [{ env: { __spread__: '%%ops.setup.results.equals%%' } }, 'args.env["A=B"]'],
    [{ volumes: [{ name: 'v%%ops.setup.results.escape%%', dest: '/x' }] }, 'args.volumes[0].name'],
    [{ volumes: [{ name: 'v', dest: '%%ops.setup.results.escape%%' }] }, 'args.volumes[0].dest'],
    [{ volumes: [{ name: '%%ops.setup.results.sneaky%%', dest: '/x' }] }, 'args.volumes[0].name'],
    [{ work_dir: '%%global.job%%' }, 'args.work_dir'],
  ])('%j', (args, path) => {
    expect(prepare(args)).toMatchObject([{ path }]);
  });

  it('also for a volume’s name', () => {
    const volume = (name: string): unknown => {
      const [operation] = valid(
        job([{ type: 'container/create-volume', id: 'v', args: { name } }]),
      ).ops;
      return operation === undefined ? null : interpolate(operation, values);
    };
    expect(volume('v-%%global.job%%')).toEqual({
      ok: true,
      type: 'container/create-volume',
      args: { name: 'v-job1' },
    });
    expect(volume('%%ops.setup.results.escape%%')).toMatchObject({
      problems: [{ path: 'args.name' }],
    });
    expect(volume('%%ops.setup.results.settings%%')).toMatchObject({
      problems: [{ path: 'args.name' }],
    });
  });

  it('cannot be blown up by naming a long value many times', () => {
    const long = 'x'.repeat(100_000);
    const [operation] = valid(oneRun({ cmd: '%%global.variables.LONG%%'.repeat(1000) })).ops;
    if (operation === undefined) throw new Error('the test needs an operation');
    const result = interpolate(operation, { ...values, global: { variables: { LONG: long } } });
    const message = `makes the operation larger than ${MAX_FILLED_IN_CHARACTERS} characters`;
    expect(result).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        { literal: '%%global.variables.LONG%%', path: 'args.cmd', message },
      ]) as unknown,
    });
  });
});

describe('the example definition with literals', () => {
  it('comes out as a container that can be started', () => {
    const file = new URL('../../../corpora/job-definitions-own/literals.json', import.meta.url);
    const verdict = parseDefinition(readFileSync(file));
    const operation = verdict.valid ? verdict.definition.ops[1] : undefined;
    if (operation === undefined) throw new Error('the example is not valid');
    const setup = {
      results: {
        port: ['9000'],
        env: ['{"MODE":"fast"}'],
        args: ['big', 'wide'],
        entrypoint: [],
        resources: [],
      },
    };
    const variables = { NAME: 'world', PORTS: '[8080, 8081]', IMAGE: 'alpine', DEST: '/data' };
    const example = {
      operations: new Map<string, Json>([['setup.v1', setup]]),
      global: { job: 'job1', variables },
    };
    expect(interpolate(operation, example)).toEqual({
      ok: true,
      type: 'container/run',
      args: {
        image: 'alpine',
        cmd: ['hello', 'big', 'wide', 'world!'],
        env: { JOB: 'job job1', MODE: 'fast' },
        expose: [9000, 8888, 8080, 8081],
        volumes: [{ name: 'cache-job1', dest: '/data' }],
        work_dir: '/data',
        aliases: ['world'],
        resources: [{ type: 'HF', repo: 'world/model', target: '/models' }],
      },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { MAX_REPORTED_ERRORS } from '../../../../app/jobs/definition/limits.ts';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import { toValidateReport } from '../../../../app/jobs/definition/report.ts';
import { complaints, job, oneRun, run, valid } from './samples.ts';

const wholeDocument = (message: string): unknown => ({
  valid: false,
  errors: [{ path: '', message }],
});

describe('a document that is no job definition at all', () => {
  it.each(['', ' \n', '\uFEFF'])('is refused as empty: %j', (text) => {
    expect(parseDefinition(text)).toEqual(wholeDocument('is empty'));
    expect(parseDefinition(Buffer.from(text))).toEqual(wholeDocument('is empty'));
  });

  it('is refused with line and column when it is not JSON', () => {
    expect(parseDefinition('{\n  "version": "0.1"\n  "ops": []\n}')).toEqual(
      wholeDocument('not valid JSON at line 3, column 3: expected "," or "}"'),
    );
  });

  it('is refused when its bytes are not UTF-8', () => {
    expect(parseDefinition(Uint8Array.of(0x7b, 0xff, 0x7d))).toEqual(
      wholeDocument('is not UTF-8 text'),
    );
  });

  it('is refused by its size alone when it has 50 MB', () => {
    const expected = wholeDocument('is larger than 1048576 bytes');
    expect(parseDefinition(new Uint8Array(50_000_000))).toEqual(expected);
    expect(parseDefinition('['.repeat(50_000_000))).toEqual(expected);
  });

  it('is refused before it is read deeper than the limit', () => {
    const verdict = parseDefinition('['.repeat(100_000));
    expect(verdict).toMatchObject({
      valid: false,
      errors: [{ message: 'is nested deeper than 32 levels' }],
    });
  });

  it.each([
    ['[]', 'expected an object, found a list of 0'],
    ['null', 'expected an object, found null'],
    ['"text"', 'expected an object, found text'],
    ['5', 'expected an object, found a number'],
  ])('is refused when it is %s', (text, message) => {
    expect(parseDefinition(text)).toEqual(wholeDocument(message));
  });

  it('is accepted with a byte-order mark before it', () => {
    const text = `\uFEFF${JSON.stringify(oneRun({}))}`;
    expect(parseDefinition(text).valid).toBe(true);
    expect(parseDefinition(Buffer.from(text)).valid).toBe(true);
  });
});

describe('a mistake in a definition', () => {
  it.each([
    [oneRun({ image: 5 }), 'ops[0].args.image: expected text, found a number'],
    [oneRun({ image: undefined }), 'ops[0].args.image: is missing; expected text'],
    [oneRun({ cmd: 5 }), 'ops[0].args.cmd: expected text or a list, found a number'],
    [oneRun({ cmd: ['a', null] }), 'ops[0].args.cmd[1]: expected text, found null'],
    [oneRun({ gpu: 'yes' }), 'ops[0].args.gpu: expected true or false, found text'],
    [oneRun({ env: ['A=1'] }), 'ops[0].args.env: expected an object, found a list of 1'],
    [oneRun({ env: { 'a b': 1 } }), 'ops[0].args.env["a b"]: expected text, found a number'],
    [oneRun({ expose: { typ: 'web' } }), 'ops[0].args.expose.port: is missing; expected a number'],
    [
      oneRun({ expose: '8080' }),
      'ops[0].args.expose: must be a number, or a literal such as %%ops.setup.results.port%%',
    ],
    [
      oneRun({ expose: { port: 80, type: 'html' } }),
      'ops[0].args.expose.type: expected one of "web", "api", "webapi", "websocket", "none", found "html"',
    ],
    [
      oneRun({ resources: [{ type: 'FTP' }] }),
      'ops[0].args.resources[0].type: expected one of "S3", "HF", "Ollama", found "FTP"',
    ],
    [
      oneRun({ resources: [{ type: 'S3', target: '/a', bucket: 'b', files: [] }] }),
      'ops[0].args.resources[0].files: cannot be given together with "bucket"',
    ],
    [
      oneRun({
        expose: { port: 80, health_checks: [{ type: 'websocket', expected_response: '' }] },
      }),
      'ops[0].args.expose.health_checks[0].continuous: is missing; expected true or false',
    ],
    [
      oneRun({}, { execution: { stop_if_dependent_stops: true } }),
      'ops[0].execution.stop_if_dependent_stops: has a meaning only together with "depends_on"',
    ],
    [
      oneRun({}, { results: { a: { regex: 'x', logType: ['stdout', 'stdout'] } } }),
      'ops[0].results.a.logType: must name each kind of line once',
    ],
    [
      job([{ ...run('a'), type: 'container/stop' }]),
      'ops[0].type: expected one of "container/run", "container/create-volume", found "container/stop"',
    ],
    [
      job([run('a')], { meta: { a: true } }),
      'meta.a: expected text or a number or a list or an object, found true',
    ],
    [job([run('a')], { version: '1' }), 'version: expected "0.1", found "1"'],
  ])(
    'is told with its place, what is expected and what was found (%#)',
    (definition, complaint) => {
      expect(complaints(definition)).toContain(complaint);
    },
  );

  it('is told for each of several', () => {
    const definition = job([run('a', { image: 1, nope: 2, also: 3 }), run('b b')], { ssh: {} });
    expect(complaints(definition)).toEqual([
      'ops[0].args.image: expected text, found a number',
      'ops[0].args.nope: is not a key of the job definition format at this place',
      'ops[0].args.also: is not a key of the job definition format at this place',
      'ops[1].id: must have no spaces, no invisible characters and no "%"',
      'ssh: is not a key of the job definition format at this place',
    ]);
  });

  it('never quotes what may be a secret', () => {
    const secret = { username: 'u', password: 12345, pasword: 'hunter2' };
    const text = complaints(oneRun({ authentication: { docker: secret } })).join('\n');
    expect(text).toContain('password: expected text, found a number');
    expect(text).not.toContain('12345');
    expect(text).not.toContain('hunter2');
  });

  it('is not told a thousand times', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => [`key${index}`, 1]);
    const lines = complaints(oneRun(Object.fromEntries(keys) as object));
    expect(lines).toHaveLength(MAX_REPORTED_ERRORS + 1);
    expect(lines.at(-1)).toBe(': has 950 more errors that are not shown');
  });

  it('shows a very long key shortened', () => {
    const [line] = complaints(oneRun({ ['k'.repeat(100_000)]: 1 }));
    expect(line?.length).toBeLessThan(200);
  });
});

describe('values that have the right type and still may not reach the engine', () => {
  it.each([
    [{ volumes: [{ name: '/etc', dest: '/x' }] }, 'ops[0].args.volumes[0].name'],
    [{ volumes: [{ name: '../x', dest: '/x' }] }, 'ops[0].args.volumes[0].name'],
    [{ volumes: [{ name: '', dest: '/x' }] }, 'ops[0].args.volumes[0].name'],
    [{ volumes: [{ name: 'v', dest: 'x' }] }, 'ops[0].args.volumes[0].dest'],
    [{ volumes: [{ name: 'v', dest: '/' }] }, 'ops[0].args.volumes[0].dest'],
    [{ volumes: [{ name: 'v', dest: '/x:ro' }] }, 'ops[0].args.volumes[0].dest'],
    [
      { resources: [{ type: 'HF', repo: 'r', target: 'models' }] },
      'ops[0].args.resources[0].target',
    ],
    [{ work_dir: 'data' }, 'ops[0].args.work_dir'],
    [{ env: { 'A=B': 'c' } }, 'ops[0].args.env["A=B"]'],
    [{ env: { '': 'c' } }, 'ops[0].args.env[""]'],
    [{ aliases: 'good,,better' }, 'ops[0].args.aliases[1]'],
    [{ aliases: ['no spaces'] }, 'ops[0].args.aliases[0]'],
    [{ image: '' }, 'ops[0].args.image'],
    [{ expose: [80, { port: 80 }] }, 'ops[0].args.expose[1]'],
  ])('are refused: %j', (args, path) => {
    expect(complaints(oneRun(args)).map((line) => line.split(':')[0])).toEqual([path]);
  });

  it('are refused in "global" and for volumes of their own too', () => {
    const volume = { type: 'container/create-volume', id: 'v', args: { name: 'a/b' } };
    const global = { work_dir: 'x', env: { 'A=': '1' } };
    expect(complaints(job([volume], { global })).map((line) => line.split(':')[0])).toEqual([
      'global.work_dir',
      'global.env["A="]',
      'ops[0].args.name',
    ]);
  });

  it('may be literals, whose values are judged later', () => {
    const volumes = [{ name: '%%global.variables.N%%', dest: '%%global.variables.D%%' }];
    expect(complaints(oneRun({ volumes, work_dir: '%%global.variables.D%%' }))).toEqual([]);
  });

  it('may leave the image to "global"', () => {
    const definition = valid(job([run('a', { image: '' })], { global: { image: 'alpine' } }));
    expect(definition.global?.image).toBe('alpine');
  });
});

describe('the report that "offpeak validate --json" prints', () => {
  it('names groups and operations of a valid definition', () => {
    const ops = [
      run('a', {}, { execution: { group: 'g' } }),
      run('b'),
      run('c', {}, { execution: { group: 'g' } }),
    ];
    expect(toValidateReport(parseDefinition(JSON.stringify(job(ops))))).toEqual({
      valid: true,
      errors: [],
      plan: {
        groups: [
          { name: 'g', operations: ['a', 'c'] },
          { name: 'b', operations: ['b'] },
        ],
      },
    });
  });

  it('has errors and no plan for an invalid one', () => {
    expect(toValidateReport(parseDefinition('{'))).toEqual({
      valid: false,
      errors: [{ path: '', message: expect.stringContaining('line 1, column 2') as string }],
      plan: null,
    });
  });
});

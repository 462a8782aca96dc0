import { describe, expect, it } from 'vitest';
import * as limits from '../../../../app/jobs/definition/limits.ts';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import { complaints, job, oneRun, run } from './samples.ts';

const many = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));

const dictionary = (count: number, value: unknown): object =>
  Object.fromEntries(many(count, (index) => [`k${index}`, value]));

const text = (characters: number): string => 'x'.repeat(characters);

const inGroup = (id: string, depends_on: string[] = []): object =>
  run(id, {}, { execution: { group: 'g', depends_on } });

const check = { type: 'websocket', expected_response: 'x', continuous: true };
const httpCheck = {
  type: 'http',
  path: '/',
  method: 'GET',
  expected_status: 200,
  continuous: true,
};
const exposing = (health: object): object =>
  oneRun({ expose: { port: 80, health_checks: [health] } });
const s3 = { type: 'S3', target: '/x' };
const main = 'ops[0].args';

/** Every limit of a definition: its value, a definition that is so large, and where it hurts. */
const table: [keyof typeof limits, (size: number) => unknown, string][] = [
  [
    'MAX_NESTING_DEPTH',
    (depth) => exposing({ ...httpCheck, body: nested(depth - 7) }),
    nestedPath(),
  ],
  ['MAX_TEXT_BYTES', (size) => oneRun({ cmd: text(size) }), `${main}.cmd`],
  [
    'MAX_TEXT_BYTES',
    (size) => oneRun({ cmd: ['é'.repeat(Math.floor(size / 2)) + text(size % 2)] }),
    `${main}.cmd[0]`,
  ],
  ['MAX_OPERATIONS', (count) => job(many(count, (index) => run(`op${index}`))), 'ops'],
  [
    'MAX_OPERATIONS',
    (count) =>
      job([
        inGroup('a'),
        inGroup(
          'b',
          many(count, () => 'a'),
        ),
      ]),
    'ops[1].execution.depends_on',
  ],
  ['MAX_ID_CHARACTERS', (size) => job([run(text(size))]), 'ops[0].id'],
  [
    'MAX_ID_CHARACTERS',
    (size) => oneRun({}, { execution: { group: text(size) } }),
    'ops[0].execution.group',
  ],
  ['MAX_IMAGE_CHARACTERS', (size) => oneRun({ image: text(size) }), `${main}.image`],
  [
    'MAX_IMAGE_CHARACTERS',
    (size) => job([run('a')], { global: { image: text(size) } }),
    'global.image',
  ],
  ['MAX_COMMAND_ENTRIES', (count) => oneRun({ cmd: many(count, () => 'x') }), `${main}.cmd`],
  [
    'MAX_COMMAND_ENTRIES',
    (count) => oneRun({ entrypoint: many(count, () => 'x') }),
    `${main}.entrypoint`,
  ],
  ['MAX_ENV_ENTRIES', (count) => oneRun({ env: dictionary(count, '') }), `${main}.env`],
  [
    'MAX_ENV_BYTES',
    (size) =>
      oneRun({
        env: {
          A: text(size / 2 - 3),
          B: text(Math.ceil(size / 2) - 3 + (size % 2 === 0 ? 0 : size % 2) - (size % 2)),
        },
      }),
    `${main}.env`,
  ],
  [
    'MAX_VOLUMES',
    (count) => oneRun({ volumes: many(count, (i) => ({ name: `v${i}`, dest: `/v${i}` })) }),
    `${main}.volumes`,
  ],
  [
    'MAX_VOLUME_NAME_CHARACTERS',
    (size) => oneRun({ volumes: [{ name: text(size), dest: '/v' }] }),
    `${main}.volumes[0].name`,
  ],
  ['MAX_RESOURCES', (count) => oneRun({ resources: many(count, () => s3) }), `${main}.resources`],
  ['MAX_ALIASES', (count) => oneRun({ aliases: many(count, (i) => `a${i}`) }), `${main}.aliases`],
  ['MAX_ALIAS_CHARACTERS', (size) => oneRun({ aliases: text(size) }), `${main}.aliases[0]`],
  ['MAX_EXPOSED_PORTS', (count) => oneRun({ expose: many(count, (i) => i + 1) }), `${main}.expose`],
  ['MAX_PORT', (port) => oneRun({ expose: port }), `${main}.expose`],
  ['MAX_PORT', (port) => oneRun({ expose: [{ port }] }), `${main}.expose[0].port`],
  [
    'MAX_HEALTH_CHECKS',
    (count) => oneRun({ expose: { port: 80, health_checks: many(count, () => check) } }),
    `${main}.expose.health_checks`,
  ],
  [
    'MAX_HEADERS',
    (count) => exposing({ ...httpCheck, headers: dictionary(count, 'x') }),
    `${main}.expose.health_checks[0].headers`,
  ],
  [
    'MAX_STATUS',
    (status) => exposing({ ...httpCheck, expected_status: status }),
    `${main}.expose.health_checks[0].expected_status`,
  ],
  [
    'MAX_FILES',
    (count) => oneRun({ resources: [{ ...s3, files: many(count, () => 'f') }] }),
    `${main}.resources[0].files`,
  ],
  [
    'MAX_BUCKETS',
    (count) => oneRun({ resources: [{ ...s3, buckets: many(count, () => ({ url: 'u' })) }] }),
    `${main}.resources[0].buckets`,
  ],
  ['MAX_PATH_CHARACTERS', (size) => oneRun({ work_dir: `/${text(size - 1)}` }), `${main}.work_dir`],
  [
    'MAX_URL_CHARACTERS',
    (size) => oneRun({ resources: [{ ...s3, url: text(size) }] }),
    `${main}.resources[0].url`,
  ],
  [
    'MAX_RESTART_TRIES',
    (tries) => oneRun({ restart_policy: { policy: 'on-failure', restart_tries: tries } }),
    `${main}.restart_policy.restart_tries`,
  ],
  ['MAX_REQUIRED_VRAM_GB', (gb) => oneRun({ required_vram: gb }), `${main}.required_vram`],
  ['MAX_RESULTS', (count) => oneRun({}, { results: dictionary(count, '.') }), 'ops[0].results'],
  [
    'MAX_PATTERN_CHARACTERS',
    (size) => oneRun({}, { results: { a: text(size) } }),
    'ops[0].results.a',
  ],
  [
    'MAX_VARIABLES',
    (count) => job([run('a')], { global: { variables: dictionary(count, 'x') } }),
    'global.variables',
  ],
];

function nested(depth: number): unknown {
  return depth === 0 ? null : [nested(depth - 1)];
}

function nestedPath(): string {
  return `${main}.expose.health_checks[0].body${'[0]'.repeat(limits.MAX_NESTING_DEPTH - 7)}`;
}

describe('limits of a definition', () => {
  it.each(table)('%s is allowed and one more is not (%#)', (name, build, path) => {
    expect(complaints(build(limits[name]))).toEqual([]);
    expect(complaints(build(limits[name] + 1)).map((line) => line.split(': ')[0])).toEqual([path]);
  });

  it.each([
    ['a port', limits.MIN_PORT, (value: number) => oneRun({ expose: value })],
    [
      'a status',
      limits.MIN_STATUS,
      (value: number) => exposing({ ...httpCheck, expected_status: value }),
    ],
    ['graphics memory', 0, (value: number) => oneRun({ required_vram: value })],
    ['the number of operations', 1, (value: number) => job(many(value, () => run('a')))],
    ['the length of an id', 1, (value: number) => job([run(text(value))])],
  ])('%s has a lower end too', (_, least, build) => {
    expect(complaints(build(least))).toEqual([]);
    expect(complaints(build(least - 1))).toHaveLength(1);
  });

  it.each([80.5, -1])('numbers that count something are whole: %d', (value) => {
    expect(complaints(oneRun({ expose: value }))).toEqual([
      `ops[0].args.expose: must be a whole number from 1 to 65535, found ${value}`,
    ]);
  });

  it('MAX_DOCUMENT_BYTES counts bytes, as text and as bytes', () => {
    const definition = JSON.stringify(oneRun({ cmd: 'é' }));
    const room = limits.MAX_DOCUMENT_BYTES - Buffer.byteLength(definition);
    const fits = definition + ' '.repeat(room);
    expect([parseDefinition(fits).valid, parseDefinition(Buffer.from(fits)).valid]).toEqual([
      true,
      true,
    ]);
    const tooLarge = `${fits} `;
    expect(parseDefinition(tooLarge)).toEqual(parseDefinition(Buffer.from(tooLarge)));
    expect(parseDefinition(tooLarge)).toMatchObject({
      errors: [{ message: 'is larger than 1048576 bytes' }],
    });
  });

  it('has no limit that is not tested here or with what it limits', () => {
    const elsewhere = [
      'MAX_DOCUMENT_BYTES',
      'MAX_REPORTED_ERRORS',
      'MAX_FILLED_IN_CHARACTERS',
      'MAX_LITERAL_CHARACTERS',
      'MIN_PORT',
      'MIN_STATUS',
      // test/unit/jobs/results/read-results.test.ts
      'MAX_RESULT_ENTRIES',
      'MAX_RESULT_BYTES',
      'MAX_ALL_RESULT_BYTES',
      'MAX_PATTERN_MS',
      'MAX_ALL_PATTERNS_MS',
    ];
    const tested = new Set([...table.map(([name]) => name), ...elsewhere]);
    expect(Object.keys(limits).filter((name) => !tested.has(name))).toEqual([]);
  });
});

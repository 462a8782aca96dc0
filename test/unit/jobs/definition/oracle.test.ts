import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validateJobDefinition } from '@nosana/types';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import { type Mutant, mutate, mutateTwice } from './mutations.ts';
import { job, oneRun, run } from './samples.ts';

/**
 * The network's own validator decides what a definition may look like. Offpeak may refuse more, for
 * the reasons of this table and no others, and may never accept more.
 */
interface Stricter {
  readonly name: string;
  readonly why: string;
  /** The complaint by which such a refusal is known. */
  readonly complaint: RegExp;
  /** Where the complaint alone says too little: which definitions this is about. */
  readonly about?: (definition: unknown) => boolean;
  /** Accepted by the network's validator, refused by us. */
  readonly example: unknown;
}

const execution = (group: string, depends_on: string[]): object => ({
  execution: { group, depends_on },
});

const stricter: readonly Stricter[] = [
  {
    name: 'nothing to run',
    why: 'a job without operations would hold the card for no work',
    complaint: /^ops: must have at least one entry$/,
    example: job([]),
  },
  {
    name: 'type and arguments disagree',
    why: 'the validator picks the arguments by their keys and ignores the type; a runner cannot',
    complaint: /args\.(image|name): is missing|args\.\w+: is not a key/,
    about: hasMismatch,
    example: job([{ type: 'container/create-volume', id: 'a', args: { image: 'x' } }]),
  },
  {
    name: 'an id that cannot be shown or named',
    why: 'ids are labels of containers, words in the log and parts of literals',
    complaint: /^ops\[\d+\]\.id: must have (at least|no spaces)/,
    example: job([run('a\tb')]),
  },
  {
    name: 'a group without a name',
    why: 'it could not be shown',
    complaint: /execution\.group: must have at least one character/,
    example: oneRun({}, { execution: { group: '' } }),
  },
  {
    name: 'a port that does not exist',
    why: 'TCP ports are whole numbers from 1 to 65535',
    complaint: /expose.*: must be a whole number from 1 to 65535/,
    example: oneRun({ expose: 80.5 }),
  },
  {
    name: 'a status that does not exist',
    why: 'HTTP status codes have three digits, so a check for another never passes',
    complaint: /expected_status: must be a whole number/,
    example: oneRun({
      expose: {
        port: 80,
        health_checks: [
          { type: 'http', path: '/', method: 'GET', expected_status: 0, continuous: true },
        ],
      },
    }),
  },
  {
    name: 'restarts that cannot be counted',
    why: 'half a restart and a negative number mean nothing; thousands keep the card busy with nothing',
    complaint: /restart_tries: must be a whole number/,
    example: oneRun({ restart_policy: { policy: 'on-failure', restart_tries: -1 } }),
  },
  {
    name: 'a literal that names nothing',
    why: 'the validator allows any character where the dot belongs; such text is never filled in',
    complaint: /must be a number, or a literal such as|__spread__: must be a literal/,
    example: oneRun({ expose: '%%opsx.a%%' }),
  },
  {
    name: 'a variable’s name that holds its value',
    why: 'the engine takes variables as name=value, so the name must not be empty or hold "="',
    complaint: /env\[".*"\]: its name must not be empty/,
    example: oneRun({ env: { 'A=B': 'c' } }),
  },
  {
    name: 'a volume’s name that could be a path',
    why: 'the engine takes a source with a slash for a folder of this computer',
    complaint: /name: must be 1 to 128 letters/,
    example: oneRun({ volumes: [{ name: '/etc', dest: '/x' }] }),
  },
  {
    name: 'a place in the container that is none',
    why: 'the engine refuses relative mount points and the root, and a colon starts mount options',
    complaint: /(dest|target): must be a path inside the container/,
    example: oneRun({ volumes: [{ name: 'v', dest: '/x:ro' }] }),
  },
  {
    name: 'a working folder that is relative',
    why: 'the engine refuses to start such a container',
    complaint: /work_dir: must be a path that starts/,
    example: oneRun({ work_dir: 'data' }),
  },
  {
    name: 'a network name that is none',
    why: 'no resolver would find it',
    complaint: /aliases\[\d+\]: must be at most 253 letters/,
    example: oneRun({ aliases: ['two words'] }),
  },
  {
    name: 'no image at all',
    why: 'the operation has an empty one and "global" has none',
    complaint: /args\.image: must not be empty/,
    example: oneRun({ image: '' }),
  },
  {
    name: 'a dependency that cannot be met',
    why: 'the network’s host refuses such plans when it runs them; we do so before',
    complaint:
      /depends_on\[\d+\]: (makes the operation wait|names (no|an) operation|goes in a circle)/,
    example: job([run('a', {}, execution('g', ['b'])), run('b', {}, execution('g', ['a']))]),
  },
  {
    name: 'more than the limits allow',
    why: 'limits.ts, where each limit has its reason and limits.test.ts its example',
    complaint: /must (be|have) at most \d+ |is larger than \d+ bytes|is nested deeper/,
    example: oneRun({ cmd: 'x'.repeat(200_000) }),
  },
  {
    name: 'text that no program can be given',
    why: 'a NUL ends a text for Linux, and half a character becomes another one on its way',
    complaint: /text must not hold a NUL|not valid Unicode/,
    example: oneRun({ cmd: 'a\0b' }),
  },
];

/** Refusals of the text itself, for which there is no value to write down. */
const stricterTexts: readonly [name: string, why: string, text: string, complaint: string][] = [
  [
    'a key twice',
    'readers disagree on which counts',
    '{"image":"a","image":"b"}',
    'is given twice',
  ],
  [
    'a key that replaces the object',
    'it would hide from the schema',
    '{"image":"a","env":{"__proto__":"x"}}',
    'this key is not allowed',
  ],
  [
    'a number beyond all numbers',
    'it reads as Infinity',
    '{"image":"a","expose":1e999}',
    'this number is too large',
  ],
];

const Mismatched = z.object({
  ops: z.array(z.object({ type: z.string(), args: z.record(z.string(), z.unknown()) })),
});

/** True where some operation has the other type's arguments. */
function hasMismatch(definition: unknown): boolean {
  const loose = Mismatched.safeParse(definition);
  if (!loose.success) return false;
  return loose.data.ops.some(
    ({ type, args }) => (type === 'container/run') !== Object.hasOwn(args, 'image'),
  );
}

/**
 * The one thing that Offpeak accepts although this validator does not: the network's older one
 * (@nosana/sdk) knows `required_vram`, and definitions that were written for it have it.
 */
const looser = oneRun({ gpu: true, required_vram: 24 });

/** The official verdict. It throws for some input, such as null in `expose`, which is no yes. */
function official(definition: unknown): boolean {
  try {
    return validateJobDefinition(definition).success;
  } catch {
    return false;
  }
}

/** Null where the two verdicts agree or the table explains the difference. */
function disagreement({ change, definition }: Mutant): string | null {
  const ours = parseDefinition(JSON.stringify(definition));
  const theirs = official(definition);
  if (ours.valid) return theirs ? null : `${change}: only we accept it`;
  if (!theirs) return null;
  const reasons = stricter.filter(({ about }) => about?.(definition) ?? true);
  const unexplained = ours.errors
    .map(({ path, message }) => `${path}: ${message}`)
    .filter((line) => !reasons.some(({ complaint }) => complaint.test(line)));
  return unexplained.length === 0
    ? null
    : `${change}: only we refuse it, for ${unexplained.join('; ')}`;
}

function definitionsIn(folder: string): { name: string; definition: unknown }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => ({
    name,
    definition: JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown,
  }));
}

const root = join(import.meta.dirname, '../../../..');
const own = definitionsIn(join(root, 'test/corpora/job-definitions-own'));
const examples = definitionsIn(join(root, 'test/corpora/job-definitions'));
const outside = join(root, process.env['OFFPEAK_CORPUS'] ?? '../shared', 'job-definitions');

describe('verdicts on real definitions are those of the network’s validator', () => {
  it.each([...own, ...examples])('$name', ({ name, definition }) => {
    expect(parseDefinition(JSON.stringify(definition)).valid).toBe(official(definition));
    expect(disagreement({ change: name, definition })).toBeNull();
  });

  it('has both kinds among the examples', () => {
    const verdicts = new Set(examples.map(({ definition }) => official(definition)));
    expect([...verdicts].toSorted()).toEqual([false, true]);
  });

  it('on the definitions beside this checkout too', (context) => {
    if (!existsSync(outside)) context.skip(`there is no folder ${outside}`);
    const definitions = definitionsIn(outside);
    expect(definitions.length).toBeGreaterThan(0);
    for (const { name, definition } of definitions) {
      const ours = parseDefinition(JSON.stringify(definition)).valid;
      expect([name, ours]).toEqual([name, official(definition)]);
    }
  });
});

/** Thousands of definitions each; a busy machine takes its time. */
const timeout = 120_000;

describe(
  'verdicts on changed definitions are those of the network’s validator, or stricter for a reason',
  { timeout },
  () => {
    it.each(own)('$name, changed in one place', ({ definition }) => {
      const mutants = mutate(definition);
      expect(mutants.length).toBeGreaterThan(200);
      expect(mutants.map(disagreement).filter((line) => line !== null)).toEqual([]);
    });

    it.each(own)('$name, changed in two places', ({ definition }) => {
      const mutants = mutateTwice(definition, 400);
      expect(mutants.map(disagreement).filter((line) => line !== null)).toEqual([]);
    });

    it.each(examples)('$name, changed in one place', ({ definition }) => {
      expect(
        mutate(definition)
          .map(disagreement)
          .filter((line) => line !== null),
      ).toEqual([]);
    });

    it('among the changed ones are many that are still valid', () => {
      const mutants = own.flatMap(({ definition }) => mutate(definition));
      const valid = mutants.filter(({ definition }) => official(definition));
      expect(valid.length).toBeGreaterThan(200);
      expect(mutants.length - valid.length).toBeGreaterThan(200);
    });
  },
);

describe('where Offpeak is looser', () => {
  it('it knows how much graphics memory an operation needs, and is alone with that', () => {
    expect([official(looser), parseDefinition(JSON.stringify(looser)).valid]).toEqual([
      false,
      true,
    ]);
    expect(official(oneRun({ gpu: true }))).toBe(true);
  });

  it.each(['24', -1, null, [24]])('only as a number: %j', (required_vram) => {
    expect(parseDefinition(JSON.stringify(oneRun({ required_vram }))).valid).toBe(false);
  });
});

describe('where Offpeak is stricter', () => {
  it.each(stricter)('$name: $why', ({ complaint, example }) => {
    const verdict = parseDefinition(JSON.stringify(example));
    expect(official(example)).toBe(true);
    const lines = verdict.valid
      ? []
      : verdict.errors.map(({ path, message }) => `${path}: ${message}`);
    expect(lines.filter((line) => complaint.test(line))).not.toEqual([]);
  });

  it.each(stricterTexts)('%s: %s', (_name, _why, args, complaint) => {
    const text = `{"version":"0.1","type":"container","ops":[{"type":"container/run","id":"a","args":${args}}]}`;
    expect(official(JSON.parse(text))).toBe(true);
    const verdict = parseDefinition(text);
    expect(verdict.valid ? '' : verdict.errors[0]?.message).toContain(complaint);
  });
});

/** A changed copy of a definition, and what was changed. */
export interface Mutant {
  readonly change: string;
  readonly definition: unknown;
}

/** What takes the place of each value, one at a time. */
const replacements: readonly unknown[] = [
  null,
  true,
  0,
  -5,
  80.5,
  70_000,
  '',
  'text',
  'two words',
  '__remove-if-empty__',
  '%%ops.a.host%%',
  '%%global.job%%',
  '%%global%%',
  '%%opsx.a%%',
  '8080-8090',
  [],
  ['text'],
  [1, 1],
  [null],
  [[]],
  {},
  { __spread__: '%%ops.a.results.x%%' },
  { __spread__: 'text' },
  { __pairs__: '%%ops.a.results.x%%' },
  { port: 80 },
  { name: 'x' },
];

/**
 * Every change of one place in a definition: a value replaced or dropped, a list doubled or
 * reversed, a key added. The same definition gives the same mutants.
 */
export function mutate(definition: unknown): Mutant[] {
  return places(definition).flatMap((place) =>
    changesAt(place).map((change) => apply(definition, place.path, change)),
  );
}

/** Mutants of mutants, `count` of them, picked by a fixed sequence of pseudo-random numbers. */
export function mutateTwice(definition: unknown, count: number): Mutant[] {
  const random = sequence(count);
  const mutateSomewhere = (value: unknown): Mutant => {
    const all = places(value);
    const place = all[random() % all.length] ?? { path: [], value };
    const changes = changesAt(place);
    return apply(value, place.path, changes[random() % changes.length]);
  };
  return Array.from({ length: count }, () => {
    const once = mutateSomewhere(definition);
    const twice = mutateSomewhere(once.definition);
    return { change: `${once.change}; ${twice.change}`, definition: twice.definition };
  });
}

/** A linear congruential generator (the constants of Numerical Recipes). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  readonly value: unknown;
}

function places(value: unknown, path: Path = []): Place[] {
  const inside = Array.isArray(value)
    ? value.flatMap((entry, index) => places(entry, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, entry]) => places(entry, [...path, key]))
      : [];
  return [{ path, value }, ...inside];
}

/** What a place may hold instead; undefined takes the key or the entry away. */
function changesAt({ path, value }: Place): unknown[] {
  const changes = [...replacements, ...(path.length > 0 ? [undefined] : [])];
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    return [...changes, [...list, ...list], list.toReversed()];
  }
  if (!isObject(value)) return changes;
  return [
    ...changes,
    { ...value, unknown_key: 'x' },
    { ...value, '': 'x' },
    { ...value, toString: 1 },
  ];
}

function apply(definition: unknown, path: Path, value: unknown): Mutant {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  const change = `${path.join('.')} is now ${shown}`;
  return { change, definition: withValue(definition, path, value) };
}

/** A copy with another value at the path; undefined takes the key or the entry away. */
function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    return root.flatMap((entry: unknown, index) => {
      if (index !== key) return [entry];
      const inner = withValue(entry, rest, value);
      return inner === undefined ? [] : [inner];
    });
  }
  if (!isObject(root)) return root;
  const entries = Object.entries(root).flatMap(([name, entry]) => {
    const inner = name === key ? withValue(entry, rest, value) : entry;
    return inner === undefined ? [] : [[name, inner] as const];
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { LiteralProblem } from './fill-in.ts';
import { type Json, type JsonList, isList, isObject, parseJson } from './json.ts';
import { PAIRS, SPREAD } from './markers.ts';
import { type PathPart, formatPath } from './paths.ts';

/**
 * Replaces collection markers by what they hold: `{__spread__: list}` among list entries by the
 * list's entries; `__spread__: object` and `__pairs__: [{key, value}]` inside an object by its
 * entries, which win over those written beside them. JSON text counts as what it says, and with
 * `chunked: true` a list of texts is one JSON text in pieces. Literals are filled in before. Pure.
 */
export function expandCollections(
  value: Json,
  path: readonly PathPart[],
): { readonly value: Json; readonly problems: readonly LiteralProblem[] } {
  const problems: LiteralProblem[] = [];
  return { value: expand(value, path, problems), problems };
}

function expand(value: Json, path: readonly PathPart[], problems: LiteralProblem[]): Json {
  if (isList(value)) {
    return value.flatMap((entry, index) => expandEntry(entry, [...path, index], problems));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const own = entries
    .filter(([key]) => key !== SPREAD && key !== PAIRS)
    .map(([key, entry]) => [key, expand(entry, [...path, key], problems)] as const);
  const held = entries.flatMap(([key, entry]) => {
    if (key !== SPREAD && key !== PAIRS) return [];
    const found = key === SPREAD ? objectEntries(entry) : pairEntries(entry);
    if (Array.isArray(found)) return found;
    problems.push({ literal: null, path: formatPath([...path, key]), message: found.why });
    return [];
  });
  return Object.fromEntries([...own, ...held]);
}

function expandEntry(entry: Json, path: readonly PathPart[], problems: LiteralProblem[]): JsonList {
  if (!isObject(entry) || !Object.hasOwn(entry, SPREAD)) return [expand(entry, path, problems)];
  const list = listEntries(entry[SPREAD] ?? null, entry['chunked'] === true);
  if (list !== null) return list.map((item) => expand(item, path, problems));
  const message = 'must hold a list, or JSON text that is a list';
  problems.push({ literal: null, path: formatPath([...path, SPREAD]), message });
  return [];
}

function listEntries(held: Json, chunked: boolean): JsonList | null {
  const inPieces =
    chunked && isList(held) && held.length > 0 && held.every((piece) => typeof piece === 'string');
  const list = parsed(inPieces ? held.join('') : held);
  return isList(list) ? list.flatMap((entry) => (isList(entry) ? entry : [entry])) : null;
}

type Entries = (readonly [string, Json])[];

function objectEntries(held: Json): Entries | { readonly why: string } {
  const value = single(parsed(held));
  if (isObject(value)) return Object.entries(value);
  return { why: 'must hold an object, or JSON text that is an object' };
}

function pairEntries(held: Json): Entries | { readonly why: string } {
  const value = parsed(held);
  const inner = single(value);
  const pairs = isList(inner) ? inner : value;
  if (!isList(pairs)) return { why: 'must hold a list of {"key", "value"} objects' };
  const entries: Entries = [];
  for (const pair of pairs) {
    const key = isObject(pair) ? pair['key'] : undefined;
    // A key of this name would not become an entry but the object's prototype.
    if (!isObject(pair) || typeof key !== 'string' || key === '__proto__') {
      return { why: 'must hold only objects with a text as "key"' };
    }
    entries.push([key, pair['value'] ?? '']);
  }
  return entries;
}

/** JSON text as what it says; other text as it is. */
function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  const reading = parseJson(value);
  return reading.ok ? reading.value : value;
}

/** What a result pattern found once comes as a list of one. */
function single(value: Json): Json {
  return isList(value) && value.length === 1 ? (value[0] ?? null) : value;
}

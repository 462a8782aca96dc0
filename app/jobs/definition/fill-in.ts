import { type Json, type JsonList, isList, isObject, parseJson } from './json.ts';
import { MAX_FILLED_IN_CHARACTERS } from './limits.ts';
import { type LiteralValues, isLiteral, replaceLiterals, resolveLiteral } from './literals.ts';
import { PAIRS, SPREAD } from './markers.ts';
import { type PathPart, formatPath } from './paths.ts';

/** Why an operation cannot be prepared; `literal` is the literal's text where one is to blame. */
export interface LiteralProblem {
  readonly literal: string | null;
  /** Place within the operation, such as `args.env.URL`. */
  readonly path: string;
  readonly message: string;
}

/**
 * Replaces the literals in all texts of a value by what they stand for. A text that is one literal
 * takes the value itself: among list entries its entries are put in place, elsewhere a list of one
 * is that one and a longer list of plain values is joined by spaces. Inside other text, a value is
 * always joined. What is filled in is not searched for literals again. Pure.
 */
export function fillIn(
  value: Json,
  values: LiteralValues,
  path: readonly PathPart[],
): { readonly value: Json; readonly problems: readonly LiteralProblem[] } {
  const filling: Filling = { values, problems: [], charactersLeft: MAX_FILLED_IN_CHARACTERS };
  return { value: fill(value, path, filling), problems: filling.problems };
}

/** A value as text: entries joined by spaces, objects as JSON, nothing for null. */
export function asText(value: Json): string {
  if (value === null) return '';
  if (isObject(value)) return JSON.stringify(value);
  if (!isList(value)) return String(value);
  return value
    .filter((entry) => entry !== null)
    .map(asText)
    .join(' ');
}

interface Filling {
  readonly values: LiteralValues;
  readonly problems: LiteralProblem[];
  charactersLeft: number;
}

function fill(value: Json, path: readonly PathPart[], filling: Filling): Json {
  if (typeof value === 'string') return fillText(value, path, filling);
  if (isList(value)) {
    return value.flatMap((entry, index) => fillEntry(entry, [...path, index], filling));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, entry]) => {
    const place = [...path, key];
    const isMarked = (key === SPREAD || key === PAIRS) && typeof entry === 'string';
    // A marker wants the value as it is: it tells lists, objects and chunks apart itself.
    if (isMarked && isLiteral(entry)) return [key, valueOf(entry, place, filling)] as const;
    return [key, fill(entry, place, filling)] as const;
  });
  return Object.fromEntries(entries);
}

function fillEntry(entry: Json, path: readonly PathPart[], filling: Filling): JsonList {
  const isWhole = typeof entry === 'string' && isLiteral(entry);
  return isWhole ? flatten(valueOf(entry, path, filling)) : [fill(entry, path, filling)];
}

function fillText(text: string, path: readonly PathPart[], filling: Filling): Json {
  if (!isLiteral(text)) {
    return replaceLiterals(text, (literal) => asText(flatten(valueOf(literal, path, filling))));
  }
  const value = valueOf(text, path, filling);
  if (!isList(value)) return value;
  if (value.length === 1) return value[0] ?? null;
  const entries = flatten(value);
  return entries.some(isObject) ? entries : asText(entries);
}

/** The literal's value, read as JSON where its text looks like it; null after noting a problem. */
function valueOf(literal: string, path: readonly PathPart[], filling: Filling): Json {
  const { problems, values } = filling;
  const found = resolveLiteral(literal, values);
  if (!found.ok) {
    problems.push({ literal, path: formatPath(path), message: found.message });
    return null;
  }
  filling.charactersLeft -= size(found.value);
  if (filling.charactersLeft >= 0)
    return isList(found.value) ? found.value.map(read) : read(found.value);
  const message = `makes the operation larger than ${MAX_FILLED_IN_CHARACTERS} characters`;
  problems.push({ literal, path: formatPath(path), message });
  return null;
}

function read(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  const reading = parseJson(value);
  return reading.ok ? reading.value : value;
}

/** All entries of lists within lists, nulls left out. */
function flatten(value: Json): JsonList {
  const entry = read(value);
  if (entry === null) return [];
  return isList(entry) ? entry.flatMap(flatten) : [entry];
}

function size(value: Json): number {
  return typeof value === 'string' ? value.length : JSON.stringify(value).length;
}

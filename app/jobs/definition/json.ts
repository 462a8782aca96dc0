import { MAX_NESTING_DEPTH } from './limits.ts';
import type { DefinitionError, PathPart } from './paths.ts';
import { formatPath } from './paths.ts';

/** Any value that JSON can express. */
export type Json = string | number | boolean | null | JsonList | JsonObject;
export type JsonList = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Tells lists from objects (Array.isArray does not narrow read-only lists). */
export function isList(value: Json): value is JsonList {
  return Array.isArray(value);
}

/** Tells objects from lists, scalars and null. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

export type JsonReading =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: DefinitionError };

/**
 * Reads JSON text as strictly as JSON.parse, and reports line and column of a mistake (the engine's
 * own message often has none). Also refuses what a hostile document uses to mislead or to crash:
 * too deep nesting (before it recurses), a key given twice, `__proto__`, numbers beyond a double,
 * and text that is not Unicode or holds a NUL. Never throws.
 */
export function parseJson(text: string): JsonReading {
  const cursor: Cursor = { text, at: 0, path: [] };
  try {
    const value = readValue(cursor);
    skipSpace(cursor);
    if (cursor.at < text.length) fail(cursor, 'expected the end of the document');
    return { ok: true, value };
  } catch (error) {
    if (error instanceof JsonMistake) return { ok: false, error: error.report };
    throw error;
  }
}

interface Cursor {
  readonly text: string;
  at: number;
  readonly path: PathPart[];
}

/** Leaves the recursion; never leaves this file. */
class JsonMistake extends Error {
  readonly report: DefinitionError;

  constructor(report: DefinitionError) {
    super(report.message);
    this.report = report;
  }
}

function readValue(cursor: Cursor): Json {
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === '{') return readObject(cursor);
  if (first === '[') return readList(cursor);
  if (first === '"') return readText(cursor);
  return readNumber(cursor) ?? readWord(cursor);
}

function readObject(cursor: Cursor): Json {
  enter(cursor);
  const value: Record<string, Json> = {};
  if (take(cursor, '}')) return value;
  do {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') fail(cursor, 'expected a key in double quotes');
    const key = readText(cursor);
    cursor.path.push(key);
    // Assigning to it would replace the object's prototype instead of adding a key.
    if (key === '__proto__') refuse(cursor, 'this key is not allowed anywhere');
    if (Object.hasOwn(value, key))
      refuse(cursor, 'is given twice; readers disagree on which counts');
    if (!take(cursor, ':')) fail(cursor, 'expected ":" after the key');
    value[key] = readValue(cursor);
    cursor.path.pop();
  } while (take(cursor, ','));
  if (!take(cursor, '}')) fail(cursor, 'expected "," or "}"');
  return value;
}

function readList(cursor: Cursor): Json {
  enter(cursor);
  const value: Json[] = [];
  if (take(cursor, ']')) return value;
  do {
    cursor.path.push(value.length);
    value.push(readValue(cursor));
    cursor.path.pop();
  } while (take(cursor, ','));
  if (!take(cursor, ']')) fail(cursor, 'expected "," or "]"');
  return value;
}

/** Steps over the opening bracket. The path grows by one with each level, so it tells the depth. */
function enter(cursor: Cursor): void {
  if (cursor.path.length >= MAX_NESTING_DEPTH) {
    refuse(cursor, `is nested deeper than ${MAX_NESTING_DEPTH} levels`);
  }
  cursor.at += 1;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readText(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at;
  let value = '';
  let plainFrom = start + 1;
  for (cursor.at += 1; ; cursor.at += 1) {
    const character = text[cursor.at];
    if (character === undefined) fail({ ...cursor, at: start }, 'this text has no closing quote');
    if (character < ' ') fail(cursor, 'line breaks and control characters must be escaped in text');
    if (character !== '"' && character !== '\\') continue;
    value += text.slice(plainFrom, cursor.at);
    if (character === '"') break;
    value += readEscape(cursor);
    plainFrom = cursor.at + 1;
  }
  cursor.at += 1;
  if (!value.isWellFormed()) fail({ ...cursor, at: start }, 'this text is not valid Unicode');
  if (value.includes('\0')) fail({ ...cursor, at: start }, 'text must not hold a NUL character');
  return value;
}

/** Reads one escape; afterwards the cursor stands on its last character. */
function readEscape(cursor: Cursor): string {
  cursor.at += 1;
  const letter = cursor.text[cursor.at];
  if (letter === 'u') {
    const digits = cursor.text.slice(cursor.at + 1, cursor.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits))
      fail(cursor, 'expected four hexadecimal digits after \\u');
    cursor.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  const character = letter === undefined ? undefined : escapes[letter];
  return character ?? fail(cursor, 'this escape is unknown in JSON');
}

function readNumber(cursor: Cursor): number | null {
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = cursor.at;
  const match = number.exec(cursor.text);
  if (match === null) return null;
  const value = Number(match[0]);
  if (!Number.isFinite(value)) fail(cursor, 'this number is too large');
  cursor.at = number.lastIndex;
  return value;
}

function readWord(cursor: Cursor): boolean | null {
  const words = [
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const;
  for (const [word, value] of words) {
    if (!cursor.text.startsWith(word, cursor.at)) continue;
    cursor.at += word.length;
    return value;
  }
  return fail(cursor, 'expected a value');
}

function take(cursor: Cursor, character: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t\n\r]/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}

/** A mistake in the notation, with line and column (both from 1, columns in UTF-16 units). */
function fail(cursor: Cursor, what: string): never {
  const before = cursor.text.slice(0, cursor.at);
  const line = before.split('\n').length;
  const column = cursor.at - before.lastIndexOf('\n');
  const found = cursor.at >= cursor.text.length ? ', but the document ends here' : '';
  const message = `not valid JSON at line ${line}, column ${column}: ${what}${found}`;
  throw new JsonMistake({ path: '', message });
}

/** Valid JSON that is refused all the same. */
function refuse(cursor: Cursor, message: string): never {
  throw new JsonMistake({ path: formatPath(cursor.path), message });
}

import type { z } from 'zod';
import { MAX_REPORTED_ERRORS } from './limits.ts';
import type { DefinitionError, PathPart } from './paths.ts';
import { formatPath } from './paths.ts';

type Issue = z.core.$ZodIssue;

/** A problem before its path is written out. */
interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The schema's issues as sentences for a person: what is expected, and what was found in
 * `document`, which stands at `at`. Texts are not quoted (but fixed words): they may be passwords.
 */
export function describeIssues(
  issues: readonly Issue[],
  document: unknown,
  at: readonly PathPart[] = [],
): DefinitionError[] {
  return issues
    .flatMap((issue) => describe(issue, document))
    .map(({ path, message }) => ({
      path: formatPath([...at, ...path.filter((part) => typeof part !== 'symbol')]),
      message,
    }));
}

/** At most as many errors as a person wants to read; the last one counts the rest. */
export function limitErrors(errors: readonly DefinitionError[]): readonly DefinitionError[] {
  const more = errors.length - MAX_REPORTED_ERRORS;
  if (more <= 0) return errors;
  const rest = { path: '', message: `has ${more} more errors that are not shown` };
  return [...errors.slice(0, MAX_REPORTED_ERRORS), rest];
}

function describe(issue: Issue, parent: unknown): Finding[] {
  const { path } = issue;
  const value = valueAt(parent, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'is not a key of the job definition format at this place',
      }));
    case 'invalid_union':
      return describeUnion(issue, value).map((finding) => ({
        ...finding,
        path: [...path, ...finding.path],
      }));
    case 'invalid_type':
      return [{ path, message: mismatch(expectedType(issue.expected), value) }];
    case 'invalid_value':
      return [{ path, message: mismatch(expectedValues(issue.values), value, true) }];
    case 'too_big':
      return [{ path, message: `must have at most ${amount(issue.origin, issue.maximum)}` }];
    case 'too_small':
      return [{ path, message: `must have at least ${amount(issue.origin, issue.minimum)}` }];
    case 'invalid_key':
      return [{ path, message: `its name ${issue.issues[0]?.message ?? 'is not allowed'}` }];
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
      return [{ path, message: issue.message }];
  }
}

/**
 * Of the alternatives that were tried, the one the writer most likely meant: it has the right kind
 * of value and the fewest mistakes. Where no kind fits, all kinds are named.
 */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown): Finding[] {
  // Where a "type" decides, no alternative is tried; zod lists the known ones (not in its types).
  if ('options' in issue && Array.isArray(issue.options)) {
    return [{ path: [], message: mismatch(expectedValues(issue.options), value, true) }];
  }
  const [best] = issue.errors
    .filter((branch) => !branch.some(isWrongKind))
    .toSorted((one, other) => one.length - other.length);
  if (best !== undefined) return best.flatMap((inner) => describe(inner, value));
  const kinds = issue.errors.flat().filter(isWrongKind).map(expectedKind);
  return [{ path: [], message: mismatch([...new Set(kinds)].join(' or '), value) }];
}

/** Nothing about the value fits: it is, say, a number where a list is wanted. */
function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union')
    return issue.errors.every((branch) => branch.some(isWrongKind));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function expectedKind(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectedType(issue.expected);
  if (issue.code === 'invalid_value') return expectedValues(issue.values);
  if (issue.code !== 'invalid_union') return issue.message;
  return [...new Set(issue.errors.flat().filter(isWrongKind).map(expectedKind))].join(' or ');
}

function expectedType(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return words[type] ?? type;
}

function expectedValues(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length > 1 ? `one of ${quoted.join(', ')}` : quoted.join('');
}

function mismatch(expected: string, value: unknown, quote = false): string {
  if (value === undefined) return `is missing; expected ${expected}`;
  return `expected ${expected}, found ${found(value, quote)}`;
}

/** The words of the format are all shorter. */
const QUOTED_CHARACTERS = 40;

/** What a value is; a short text is quoted only where it stands for a fixed word. */
function found(value: unknown, quote: boolean): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') {
    return quote && value.length <= QUOTED_CHARACTERS ? JSON.stringify(value) : 'text';
  }
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? String(value) : 'an object';
}

function amount(origin: string, count: number | bigint): string {
  const unit = origin === 'string' ? 'character' : 'entry';
  if (count === 1) return `one ${unit}`;
  return `${count} ${origin === 'string' ? 'characters' : 'entries'}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) {
      return undefined;
    }
    current = Reflect.get(current, key);
  }
  return current;
}

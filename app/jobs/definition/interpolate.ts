import { expandCollections } from './collections.ts';
import { type LiteralProblem, asText, fillIn } from './fill-in.ts';
import { type Json, type JsonList, type JsonObject, isList, isObject, parseJson } from './json.ts';
import { MAX_REPORTED_ERRORS } from './limits.ts';
import type { LiteralValues } from './literals.ts';
import { REMOVE_IF_EMPTY } from './markers.ts';
import { type Operation, ResolvedRunArgs, VolumeArgs } from './operation.ts';
import type { DefinitionError } from './paths.ts';
import { runArgsErrors, volumeArgsErrors } from './policy.ts';
import { describeIssues } from './wording.ts';

/** An operation's arguments, ready to be acted on. */
type ResolvedArgs =
  | { readonly type: 'container/run'; readonly args: ResolvedRunArgs }
  | { readonly type: 'container/create-volume'; readonly args: VolumeArgs };

export type Interpolation =
  | ({ readonly ok: true } & ResolvedArgs)
  | { readonly ok: false; readonly problems: readonly LiteralProblem[] };

/**
 * The operation's arguments with all literals and markers filled in, in the network's order:
 * literals, collections, `env` to text, empty-list markers. What comes out is checked again, since
 * job output may have found its way into it. A literal without a value is reported, not thrown.
 * Pure.
 */
export function interpolate(
  operation: { readonly type: Operation['type']; readonly args: object },
  values: LiteralValues,
): Interpolation {
  // Through JSON and back: whoever made the operation, from here on it is plain and not too deep.
  const plain = parseJson(JSON.stringify(operation.args));
  if (!plain.ok) return refuse([plain.error]);
  const filled = fillIn(plain.value, values, ['args']);
  if (filled.problems.length > 0) return refuse(filled.problems);
  const expanded = expandCollections(filled.value, ['args']);
  if (expanded.problems.length > 0) return refuse(expanded.problems);
  return check(operation.type, settle(expanded.value));
}

function check(type: Operation['type'], args: Json): Interpolation {
  if (type === 'container/create-volume') {
    const parsed = VolumeArgs.safeParse(args);
    if (!parsed.success) return refuse(describeIssues(parsed.error.issues, args, ['args']));
    const errors = volumeArgsErrors(parsed.data, ['args']);
    return errors.length > 0 ? refuse(errors) : { ok: true, type, args: parsed.data };
  }
  const parsed = ResolvedRunArgs.safeParse(args);
  if (!parsed.success) return refuse(describeIssues(parsed.error.issues, args, ['args']));
  const errors = runArgsErrors(parsed.data, ['args']);
  return errors.length > 0 ? refuse(errors) : { ok: true, type, args: parsed.data };
}

/** Tens of thousands of literals may be wrong; the first ones tell enough. */
function refuse(errors: readonly (DefinitionError & Partial<LiteralProblem>)[]): Interpolation {
  const problems = errors.slice(0, MAX_REPORTED_ERRORS);
  return { ok: false, problems: problems.map((error) => ({ literal: null, ...error })) };
}

/** Brings what came out of literals into the types that each argument has. */
function settle(args: Json): Json {
  if (!isObject(args)) return args;
  const entries = Object.entries(args).flatMap(([key, value]) => {
    const settled = withoutMarker(settleArgument(key, value));
    return settled === null ? [] : [[key, settled] as const];
  });
  return Object.fromEntries(entries);
}

function settleArgument(key: string, value: Json): Json {
  switch (key) {
    case 'env':
      return isObject(value) ? textValues(value) : value;
    case 'cmd':
    case 'entrypoint':
    case 'aliases':
      return isList(value) ? value.map(asText) : value;
    case 'expose':
      return isList(value) ? value.map(asPort) : asPort(value);
    default:
      return value;
  }
}

function textValues(env: JsonObject): JsonObject {
  const entries = Object.entries(env).map(([name, value]) => {
    // Unlike a command's words, a list in a variable stays readable as JSON.
    return [name, isList(value) ? JSON.stringify(value) : asText(value)] as const;
  });
  return Object.fromEntries(entries);
}

/** Result patterns give text, also for numbers. */
function asPort(value: Json): Json {
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

/** Takes the first marker out of a list; null where nothing else was in it. */
function withoutMarker(value: Json): Json | null {
  if (!isList(value)) return value;
  const at = value.indexOf(REMOVE_IF_EMPTY);
  if (at === -1) return value;
  const rest: JsonList = value.toSpliced(at, 1);
  return rest.length === 0 ? null : rest;
}

import { type Json, type JsonList, type JsonObject, isList } from './json.ts';
import { MAX_LITERAL_CHARACTERS } from './limits.ts';

/**
 * What literals can name (docs.nosana.com, "Literals"). Only own keys of the values are looked up.
 */
export interface LiteralValues {
  /**
   * By operation id: `host`, `container_ip`, `deployment_endpoint`, `endpoint` (by port), `results`
   * (by name).
   */
  readonly operations: ReadonlyMap<string, Json>;
  /** `job`, `host`, `project`, `frps_address`, `version`, and `variables` (by name). */
  readonly global: Json;
}

/** The value of a literal, or why there is none (yet). */
export type Resolution =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

/** `%%ops.<id>.<path>%%` or `%%global.<key>%%`; the short form `%%globals.<key>%%` exists too. */
const UP_TO = `{1,${MAX_LITERAL_CHARACTERS}}`;
const LITERAL = `%%(?:(?:ops|global)\\.[^%]${UP_TO}|globals\\.[^%.]${UP_TO})%%`;

/** True where a text holds at least one literal. */
export function hasLiteral(text: string): boolean {
  return new RegExp(LITERAL).test(text);
}

/** True where a text is one literal and nothing else. */
export function isLiteral(text: string): boolean {
  return new RegExp(`^${LITERAL}$`).test(text);
}

/** All literals of a text, in order. */
export function literalsIn(text: string): string[] {
  return text.match(new RegExp(LITERAL, 'g')) ?? [];
}

/** Replaces each literal in a text by what `replace` gives for it. */
export function replaceLiterals(text: string, replace: (literal: string) => string): string {
  return text.replace(new RegExp(LITERAL, 'g'), replace);
}

/** The value that a literal names. Null counts as none, and so does empty text of `global`. */
export function resolveLiteral(literal: string, values: LiteralValues): Resolution {
  const [, room, name] = /^%%(ops|globals?)\.([^%]+)%%$/.exec(literal) ?? [];
  const value =
    room === 'ops' ? operationValue(name ?? '', values) : lookUp(values.global, name ?? '');
  const empty = value === undefined || value === null || (value === '' && room !== 'ops');
  if (!empty) return { ok: true, value };
  return { ok: false, message: `${literal} has no value when the operation starts` };
}

/** Ids may hold dots, so the longest id that fits is meant. */
function operationValue(rest: string, { operations }: LiteralValues): Json | undefined {
  for (let dot = rest.lastIndexOf('.'); dot > 0; dot = rest.lastIndexOf('.', dot - 1)) {
    const operation = operations.get(rest.slice(0, dot));
    if (operation !== undefined) return lookUp(operation, rest.slice(dot + 1));
  }
  return undefined;
}

/** Follows a dotted path. A key that holds dots itself is found as well: the longest key wins. */
function lookUp(value: Json, path: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const whole = ownEntry(value, path);
  if (whole !== undefined) return whole;
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const entry = ownEntry(value, path.slice(0, dot));
    if (entry !== undefined) return lookUp(entry, path.slice(dot + 1));
  }
  return undefined;
}

function ownEntry(value: JsonList | JsonObject, key: string): Json | undefined {
  if (!Object.hasOwn(value, key)) return undefined;
  return isList(value) ? value[Number(key)] : value[key];
}

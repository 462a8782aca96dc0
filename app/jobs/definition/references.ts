import { type Json, isList, isObject, parseJson } from './json.ts';
import { literalsIn } from './literals.ts';
import type { JobDefinition } from './schema.ts';
import { type PathPart, formatPath } from './paths.ts';

/** What a literal asks an operation for. */
export type Target =
  | { readonly what: 'host' | 'container-ip' | 'deployment-endpoint' }
  | { readonly what: 'endpoint'; readonly port: number }
  /** One result, or all of them (null). */
  | { readonly what: 'results'; readonly name: string | null }
  | { readonly what: 'unknown' };

/** One use of a literal in an operation's arguments. */
export type Reference = {
  readonly literal: string;
  /** Place within the operation, such as `args.env.URL`. */
  readonly path: string;
} & (
  | { readonly room: 'global' }
  /** `operation` is an index; null where the job has no such operation. */
  | { readonly room: 'ops'; readonly operation: number | null; readonly target: Target }
);

/** Every use of a literal in the arguments of one operation, in order. Pure. */
export function referencesOf(definition: JobDefinition, index: number): Reference[] {
  const operation = definition.ops[index];
  const args = parseJson(JSON.stringify(operation?.args ?? {}));
  const found: Reference[] = [];
  if (args.ok) collect(args.value, ['args'], (use) => found.push(referTo(definition, use)));
  return found;
}

type Use = Pick<Reference, 'literal' | 'path'>;

function collect(value: Json, path: readonly PathPart[], take: (use: Use) => void): void {
  if (typeof value === 'string') {
    for (const literal of literalsIn(value)) take({ literal, path: formatPath(path) });
  } else if (isList(value)) {
    for (const [index, entry] of value.entries()) collect(entry, [...path, index], take);
  } else if (isObject(value)) {
    for (const [key, entry] of Object.entries(value)) collect(entry, [...path, key], take);
  }
}

function referTo({ ops }: JobDefinition, use: Use): Reference {
  const [, rest] = /^%%ops\.(.*)%%$/s.exec(use.literal) ?? [];
  if (rest === undefined) return { ...use, room: 'global' };
  // Ids may hold dots, so the longest id that fits is meant, as where literals are filled in.
  const fitting = ops
    .map(({ id }, index) => ({ id, index }))
    .filter(({ id }) => rest.startsWith(`${id}.`))
    .toSorted((one, other) => other.id.length - one.id.length)[0];
  if (fitting === undefined) return { ...use, room: 'ops', operation: null, target: unknown };
  const { id, index } = fitting;
  const names = Object.keys(ops[index]?.results ?? {});
  const target = targetOf(rest.slice(id.length + 1), names);
  return { ...use, room: 'ops', operation: index, target };
}

const unknown: Target = { what: 'unknown' };

function targetOf(path: string, names: readonly string[]): Target {
  if (path === 'host') return { what: 'host' };
  if (path === 'container_ip') return { what: 'container-ip' };
  if (path === 'deployment_endpoint') return { what: 'deployment-endpoint' };
  if (path === 'results') return names.length > 0 ? { what: 'results', name: null } : unknown;
  const [, port] = /^endpoint\.(\d{1,5})$/.exec(path) ?? [];
  if (port !== undefined) return { what: 'endpoint', port: Number(port) };
  const [, result] = /^results\.(.+)$/s.exec(path) ?? [];
  if (result === undefined) return unknown;
  // Behind the name, a path may go on into the value.
  const name = names
    .filter((one) => result === one || result.startsWith(`${one}.`))
    .toSorted((one, other) => other.length - one.length)[0];
  return { what: 'results', name: name ?? result };
}

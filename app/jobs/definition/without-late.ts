import { type Json, type JsonObject, isList, isObject } from './json.ts';
import { literalsIn } from './literals.ts';

/** Lists whose entries stand for themselves, so that those that are known can be told alone. */
const SEPARATE = new Set(['expose', 'resources', 'volumes', 'aliases']);

/** Arguments as far as they are known, and the names of those of which something is missing. */
export interface KnownArguments {
  readonly args: JsonObject;
  readonly late: readonly string[];
}

/**
 * Takes out of an operation's arguments what holds literals of the future: single entries of lists
 * of things and of `env`, and every other argument as a whole, since half a command says nothing.
 * Pure.
 */
export function withoutLate(
  args: JsonObject,
  isLate: (literal: string) => boolean,
): KnownArguments {
  const late = Object.keys(args).filter((key) => holdsLate(args[key] ?? null, isLate));
  const known = Object.entries(args).flatMap(([key, value]) => {
    if (!late.includes(key)) return [[key, value] as const];
    if (isList(value) && SEPARATE.has(key)) {
      return [[key, value.filter((entry) => !holdsLate(entry, isLate))] as const];
    }
    if (!isObject(value) || key !== 'env') return [];
    const entries = Object.entries(value).filter(([, entry]) => !holdsLate(entry, isLate));
    return [[key, Object.fromEntries(entries)] as const];
  });
  return { args: Object.fromEntries(known), late };
}

function holdsLate(value: Json, isLate: (literal: string) => boolean): boolean {
  if (typeof value === 'string') return literalsIn(value).some(isLate);
  if (isList(value)) return value.some((entry) => holdsLate(entry, isLate));
  return isObject(value) && Object.values(value).some((entry) => holdsLate(entry, isLate));
}

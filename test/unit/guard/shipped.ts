import { readFileSync } from 'node:fs';

/** The guard image that the app ships, a tar. */
export function readShippedArchive(): Buffer {
  return readFileSync(asset('guard-image.tar'));
}

/** guard-image.json as it is; the tests check its fields one by one. */
export function readShippedFacts(): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(asset('guard-image.json'), 'utf8'));
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  return Object.fromEntries(Object.entries(value));
}

function asset(name: string): URL {
  return new URL(`../../../assets/guard/${name}`, import.meta.url);
}

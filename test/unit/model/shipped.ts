import { readFileSync } from 'node:fs';

/** The model file that the app ships. */
export function readShippedModel(): Buffer {
  return readFileSync(asset('model.bin'));
}

/** The practice image that the app ships, a tar. */
export function readShippedArchive(): Buffer {
  return readFileSync(asset('practice-image.tar'));
}

/** practice-image.json as it is; the tests check its fields one by one. */
export function readShippedFacts(): Record<string, unknown> {
  return parseObject(readFileSync(asset('practice-image.json'), 'utf8'));
}

/** Parses the text of a JSON object; throws a TypeError for any other value. */
export function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError(`not an object: ${text}`);
  return Object.fromEntries(Object.entries(value));
}

function asset(name: string): URL {
  return new URL(`../../../assets/practice/${name}`, import.meta.url);
}

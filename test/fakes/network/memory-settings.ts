import type { NetworkSettings } from '../../../app/network/nosana/settings.ts';

/** Settings that a test can read; they outlive a host. */
export function memorySettings(): NetworkSettings & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
  };
}

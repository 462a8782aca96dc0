import type { ErrorRow } from './row.ts';

/** Codes of the storage room. */
export const storageErrors = {} as const satisfies Record<`storage.${string}`, ErrorRow>;

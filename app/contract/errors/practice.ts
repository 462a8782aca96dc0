import type { ErrorRow } from './row.ts';

/** Codes of the practice room. */
export const practiceErrors = {} as const satisfies Record<`practice.${string}`, ErrorRow>;

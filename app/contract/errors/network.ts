import type { ErrorRow } from './row.ts';

/** Codes of the network room. */
export const networkErrors = {} as const satisfies Record<`network.${string}`, ErrorRow>;

import type { ErrorRow } from './row.ts';

/** Codes of the containers room. */
export const containersErrors = {} as const satisfies Record<`containers.${string}`, ErrorRow>;

import type { ErrorRow } from './row.ts';

/** Codes of the jobs room. */
export const jobsErrors = {} as const satisfies Record<`jobs.${string}`, ErrorRow>;

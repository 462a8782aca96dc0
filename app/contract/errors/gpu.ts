import type { ErrorRow } from './row.ts';

/** Codes of the gpu room. */
export const gpuErrors = {} as const satisfies Record<`gpu.${string}`, ErrorRow>;

import type { ErrorRow } from './row.ts';

/** Codes of the serve room. */
export const serveErrors = {} as const satisfies Record<`serve.${string}`, ErrorRow>;

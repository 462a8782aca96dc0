import type { ErrorRow } from './row.ts';

/** Codes of the wallet room. */
export const walletErrors = {} as const satisfies Record<`wallet.${string}`, ErrorRow>;

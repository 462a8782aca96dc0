import { addressBytes, addressText, deriveAddress, SYSTEM_PROGRAM } from './addresses.ts';
import type { ChainAccount, Instruction } from './types.ts';

/** SPL Token, and the program that gives each owner one account per mint. */
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const ATA_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';

/** What a token account holds; the amount is in the mint's base units. */
export interface TokenAccount {
  readonly mint: string;
  readonly owner: string;
  readonly amount: bigint;
}

/** The one account that holds this mint's tokens of this owner (associated token account). */
export function tokenAddress(owner: string, mint: string): string {
  const seeds = [owner, TOKEN_PROGRAM, mint].map(addressBytes);
  return deriveAddress(ATA_PROGRAM, seeds).address;
}

/** Creates that account where it is missing and does nothing where it exists; `payer` pays rent. */
export function createTokenAccount(payer: string, owner: string, mint: string): Instruction {
  const readOnly = (address: string) => ({ address, signer: false, writable: false });
  return {
    programId: ATA_PROGRAM,
    accounts: [
      { address: payer, signer: true, writable: true },
      { address: tokenAddress(owner, mint), signer: false, writable: true },
      readOnly(owner),
      readOnly(mint),
      readOnly(SYSTEM_PROGRAM),
      readOnly(TOKEN_PROGRAM),
    ],
    data: Uint8Array.of(1), // CreateIdempotent
  };
}

/** Reads an SPL token account; null where the account is something else. (spl-token, state.rs) */
export function readTokenAccount(account: ChainAccount): TokenAccount | null {
  if (account.owner !== TOKEN_PROGRAM || account.data.length < 72) return null;
  const data = Buffer.from(account.data);
  return {
    mint: addressText(data.subarray(0, 32)),
    owner: addressText(data.subarray(32, 64)),
    amount: data.readBigUInt64LE(64),
  };
}

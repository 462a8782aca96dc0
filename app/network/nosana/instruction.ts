import { createHash } from 'node:crypto';
import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { TOKEN_PROGRAM } from '../../adapters/solana/token.ts';
import type { AccountRef, Instruction } from '../../adapters/solana/types.ts';

/** How an instruction names an account: read-only, writable, signer, or both. */
export const ref = {
  read: (address: string): AccountRef => ({ address, signer: false, writable: false }),
  write: (address: string): AccountRef => ({ address, signer: false, writable: true }),
  sign: (address: string): AccountRef => ({ address, signer: true, writable: false }),
  signWrite: (address: string): AccountRef => ({ address, signer: true, writable: true }),
};

export const systemProgram = ref.read(SYSTEM_PROGRAM);
export const tokenProgram = ref.read(TOKEN_PROGRAM);

/** One call of an Anchor program: 8 bytes that name the method, then its arguments. */
export function anchorInstruction(
  programId: string,
  method: string,
  accounts: readonly AccountRef[],
  args: Uint8Array = new Uint8Array(),
): Instruction {
  const name = createHash('sha256').update(`global:${method}`).digest().subarray(0, 8);
  return { programId, accounts, data: new Uint8Array(Buffer.concat([name, args])) };
}

import type { Instruction } from '../../../app/adapters/solana/types.ts';

/** What Nosana's client builds, in our plain form. In its roles, bit 0 writes and bit 1 signs. */
export function plain(instruction: {
  programAddress: string;
  accounts: readonly { address: string; role: number }[];
  data: ArrayLike<number>;
}): Instruction {
  return {
    programId: instruction.programAddress,
    accounts: instruction.accounts.map((account) => ({
      address: account.address,
      signer: (account.role & 2) !== 0,
      writable: (account.role & 1) !== 0,
    })),
    data: Uint8Array.from(instruction.data),
  };
}

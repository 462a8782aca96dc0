import { PublicKey } from '@solana/web3.js';
import { OffpeakError } from '../../contract/errors.ts';

/** The address that programs read as "none", and that owns plain wallets. */
export const SYSTEM_PROGRAM = '11111111111111111111111111111111';

/** True for 32 bytes in base58; says nothing about whether the account exists. */
export function isAddress(text: string): boolean {
  try {
    return new PublicKey(text).toBase58() === text;
  } catch {
    return false;
  }
}

/** The 32 bytes of an address; throws `network.bad-address`. */
export function addressBytes(address: string): Uint8Array {
  return publicKey(address).toBytes();
}

/** The address that 32 bytes spell. */
export function addressText(bytes: Uint8Array): string {
  return new PublicKey(bytes).toBase58();
}

/** Address and bump of a program-derived account. Seeds are bytes; an address is 32 of them. */
export function deriveAddress(
  programId: string,
  seeds: readonly Uint8Array[],
): { address: string; bump: number } {
  const [key, bump] = PublicKey.findProgramAddressSync([...seeds], publicKey(programId));
  return { address: key.toBase58(), bump };
}

/** web3.js' key object of an address; throws `network.bad-address`. */
export function publicKey(address: string): PublicKey {
  try {
    return new PublicKey(address);
  } catch (cause) {
    const message = `"${address}" is not an address of the network.`;
    throw new OffpeakError('network.bad-address', { message, cause });
  }
}

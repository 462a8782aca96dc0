import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { addSignature, decodeTransaction } from '../../adapters/solana/decode-transaction.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { createTokenAccount, TOKEN_PROGRAM, tokenAddress } from '../../adapters/solana/token.ts';
import { unsignedTransaction } from '../../adapters/solana/transaction.ts';
import type { Instruction, Signer } from '../../adapters/solana/types.ts';
import { findAccessKey } from '../nosana/access-key.ts';
import { readMarket } from '../nosana/market-read.ts';

/*
 * Part of the stand-in for the host manager: it makes the transactions that bring access keys. They
 * are real ones of the local chain, signed by the key's authority and waiting for the host, who pays:
 * the network's own host calls itself the fee payer of what it gets (nosana-node, marketAccess.ts).
 */

export interface KeyMintOptions {
  readonly rpc: Pick<
    SolanaRpc,
    'getAccounts' | 'getTokenAccounts' | 'getLatestBlockhash' | 'elsewhere'
  >;
  readonly market: string;
  /** Of the token that is the key: one mint, one token for each host. */
  readonly mint: string;
  /** May mint it. */
  readonly authority: Signer;
}

/** The transaction for a host in base64; null where the market needs no key, or the host has it. */
export type KeyMint = (host: string) => Promise<string | null>;

export function createKeyMint({ rpc, market, mint, authority }: KeyMintOptions): KeyMint {
  return async (host) => {
    const { nodeAccessKey } = await readMarket(rpc, market);
    if (nodeAccessKey === SYSTEM_PROGRAM) return null;
    if ((await findAccessKey(rpc, host, nodeAccessKey)) !== null) return null;
    const instructions = [
      createTokenAccount(host, host, mint),
      mintTo(mint, tokenAddress(host, mint), authority.address),
    ];
    const { blockhash } = await rpc.getLatestBlockhash();
    const payer = { address: host, sign: hostSignsLater };
    const wire = unsignedTransaction({ instructions, signers: [payer, authority], blockhash });
    const decoded = decodeTransaction(wire);
    if (decoded === null) throw new Error('a transaction of our own cannot be read');
    const signature = await authority.sign(decoded.message);
    const signed = addSignature(decoded, authority.address, signature);
    return Buffer.from(signed.wire).toString('base64');
  };
}

/** One token; spl-token, instruction.rs: MintTo. */
function mintTo(mint: string, account: string, authority: string): Instruction {
  const data = Buffer.alloc(9);
  data.writeUInt8(7, 0);
  data.writeBigUInt64LE(1n, 1);
  return {
    programId: TOKEN_PROGRAM,
    accounts: [
      { address: mint, signer: false, writable: true },
      { address: account, signer: false, writable: true },
      { address: authority, signer: true, writable: false },
    ],
    data: new Uint8Array(data),
  };
}

function hostSignsLater(): never {
  throw new Error('the host signs for itself');
}

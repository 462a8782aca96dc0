import { setTimeout as sleep } from 'node:timers/promises';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { signTransaction } from '../../adapters/solana/transaction.ts';
import type { Instruction, Signer } from '../../adapters/solana/types.ts';
import { encodeBase58 } from '../../contract/base58.ts';

/** Sends one transaction and waits until the chain has confirmed it. The first signer pays. */
export type SendTransaction = (
  instructions: readonly Instruction[],
  signers: readonly [Signer, ...Signer[]],
) => Promise<void>;

/** The local chain confirms within a slot or two. */
const CONFIRM_MS = 15_000;
const POLL_MS = 200;

/** A sender for this world's own actors; throws with the chain's words when it refuses. */
export function sender(rpc: SolanaRpc): SendTransaction {
  return async (instructions, signers) => {
    const { blockhash } = await rpc.getLatestBlockhash();
    const { wire, signature } = await signTransaction({ instructions, signers, blockhash });
    await rpc.sendRaw(wire);
    const name = encodeBase58(signature);
    const deadline = Date.now() + CONFIRM_MS;
    while (Date.now() < deadline) {
      const status = await rpc.getSignatureStatus(name, false);
      if (status.state === 'confirmed') return;
      if (status.state === 'failed') throw new Error(`refused: ${status.failure.reason}`);
      await sleep(POLL_MS);
    }
    throw new Error('not confirmed in time');
  };
}

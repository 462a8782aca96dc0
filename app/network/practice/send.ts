import { setTimeout as sleep } from 'node:timers/promises';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { signTransaction } from '../../adapters/solana/transaction.ts';
import type { Instruction, Signer } from '../../adapters/solana/types.ts';
import { encodeBase58 } from '../../contract/base58.ts';
import { OffpeakError } from '../../contract/errors.ts';

/** Sends one transaction and waits until the chain has confirmed it. The first signer pays. */
export type SendTransaction = (
  instructions: readonly Instruction[],
  signers: readonly [Signer, ...Signer[]],
) => Promise<void>;

/** The local chain confirms within a slot or two; a busy computer may need longer. */
const CONFIRM_MS = 30_000;
const POLL_MS = 200;
/** What passes by itself: a call that had to wait too long, a connection that closed. */
const PASSING: readonly string[] = ['network.rpc-unreachable', 'network.rpc-timed-out'];

type Rpc = Pick<SolanaRpc, 'getLatestBlockhash' | 'getSignatureStatus' | 'sendRaw'>;

/** A sender for this world's own actors; throws with the chain's words when it refuses. */
export function sender(rpc: Rpc, confirmMs = CONFIRM_MS): SendTransaction {
  return async (instructions, signers) => {
    const insist = insisting(Date.now() + confirmMs);
    const { blockhash } = await insist(() => rpc.getLatestBlockhash());
    const { wire, signature } = await signTransaction({ instructions, signers, blockhash });
    const name = encodeBase58(signature);
    let tries = 0;
    await insist(async () => {
      tries += 1;
      // The same bytes count once. Refused as known, their status says what became of them.
      await rpc.sendRaw(wire).catch((error: unknown) => {
        if (tries === 1 || !has(error, ['network.rpc-refused'])) throw error;
      });
    });
    await insist(async () => {
      const status = await rpc.getSignatureStatus(name, false);
      if (status.state === 'failed') throw new Error(`refused: ${status.failure.reason}`);
      if (status.state !== 'confirmed') throw new NotYet('not confirmed in time');
    });
  };
}

class NotYet extends Error {}

/** Tries a call again until the deadline while it fails by something that passes. */
function insisting(deadline: number): <T>(call: () => Promise<T>) => Promise<T> {
  return async (call) => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const isPassing = error instanceof NotYet || has(error, PASSING);
        if (Date.now() > deadline || !isPassing) throw error;
      }
      await sleep(POLL_MS);
    }
  };
}

function has(error: unknown, codes: readonly string[]): boolean {
  return error instanceof OffpeakError && codes.includes(error.code);
}

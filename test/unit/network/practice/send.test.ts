import { describe, expect, it } from 'vitest';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { SignatureStatus } from '../../../../app/adapters/solana/solana-rpc.ts';
import { type ErrorCode, OffpeakError } from '../../../../app/contract/errors.ts';
import { sender } from '../../../../app/network/practice/send.ts';

/* What a sender of the practice world makes of a chain that is slow to answer. */

type Answer<T> = T | Error;

/** A chain that gives these answers, one after the other, and the last one for ever. */
function chainThatSays(script: {
  blockhash?: readonly Answer<null>[];
  send?: readonly Answer<null>[];
  status?: readonly Answer<SignatureStatus>[];
}) {
  const sent: string[] = [];
  const blockhash = inTurn(script.blockhash ?? [null]);
  const send = inTurn(script.send ?? [null]);
  const status = inTurn<SignatureStatus>(script.status ?? [{ state: 'confirmed' }]);
  const rpc = {
    getLatestBlockhash: async () => {
      await blockhash();
      return { blockhash: SYSTEM_PROGRAM, lastValidBlockHeight: 1 };
    },
    sendRaw: async (wire: Uint8Array) => {
      sent.push(Buffer.from(wire).toString('base64'));
      await send();
    },
    getSignatureStatus: () => status(),
  };
  return { sent, post: () => sender(rpc, 700)([], [throwawaySigner()]) };
}

function inTurn<T>(answers: readonly Answer<T>[]): () => Promise<T> {
  let turn = 0;
  return () => {
    const answer = answers[Math.min(turn++, answers.length - 1)];
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve(answer);
  };
}

const failed = (code: ErrorCode) => new OffpeakError(code);
const unreachable = failed('network.rpc-unreachable');
const late = failed('network.rpc-timed-out');
const refused = failed('network.rpc-refused');

describe('a transaction of the practice world', () => {
  it('is sent once, and is there when the chain has confirmed it', async () => {
    const status = [{ state: 'unknown' }, { state: 'processed' }, { state: 'confirmed' }] as const;
    const chain = chainThatSays({ status });
    await chain.post();
    expect(chain.sent).toHaveLength(1);
  });

  it.each([
    ['its blockhash', { blockhash: [late, null] }, 1],
    ['the sending', { send: [unreachable, null] }, 2],
    ['the look at it', { status: [late, { state: 'confirmed' as const }] }, 1],
  ])('outlives a failure of %s', async (_, script, times) => {
    const chain = chainThatSays(script);
    await chain.post();
    expect(chain.sent).toHaveLength(times);
    expect(new Set(chain.sent).size).toBe(1);
  });

  it('that arrived although nobody answered is refused as known, and counts', async () => {
    const chain = chainThatSays({ send: [late, refused] });
    await chain.post();
    expect(chain.sent).toHaveLength(2);
  });

  it('is refused at once in the words of the chain', async () => {
    await expect(chainThatSays({ send: [refused] }).post()).rejects.toBe(refused);
    const failure = { customCode: 7, reason: 'Custom 7', logs: [] };
    const chain = chainThatSays({ status: [{ state: 'failed', failure }] });
    await expect(chain.post()).rejects.toThrow('refused: Custom 7');
  });

  it('is given up when its time is over, with what stood in its way', async () => {
    const silent = chainThatSays({ status: [{ state: 'unknown' }] });
    await expect(silent.post()).rejects.toThrow('not confirmed in time');
    await expect(chainThatSays({ send: [unreachable] }).post()).rejects.toBe(unreachable);
  });
});

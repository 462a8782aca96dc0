import { describe, expect, it, vi } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type {
  LastLook,
  SignatureStatus,
  Simulation,
} from '../../../../app/adapters/solana/solana-rpc.ts';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import {
  sendUntilKnown,
  signDraft,
  statusOf,
  waitUntilKnown,
  type Chain,
} from '../../../../app/network/nosana/transactions.ts';
import type { SignedTransaction } from '../../../../app/jobs/ports.ts';

const BLOCKHASH = 'EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N';
const never = new AbortController().signal;
const down = () => Promise.reject(new OffpeakError('network.rpc-unreachable'));

/** A chain that does what a test says; it remembers what was sent to it. */
function fakeChain(script: {
  status?: (lookUp: number, sent: number) => SignatureStatus | 'down';
  height?: () => number;
  /** What the servers say together; the same as the first one alone if not told. */
  everywhere?: LastLook;
  simulation?: Simulation;
}) {
  const sent: string[] = [];
  let lookUps = 0;
  const chain: Chain = {
    genesis: 'G',
    rpc: {
      getLatestBlockhash: () =>
        Promise.resolve({ blockhash: BLOCKHASH, lastValidBlockHeight: 150 }),
      getBlockHeight: () => Promise.resolve(script.height?.() ?? 1),
      getSignatureStatus: () => {
        const status = script.status?.(++lookUps, sent.length) ?? { state: 'unknown' };
        return status === 'down' ? down() : Promise.resolve(status);
      },
      lookEverywhere: () =>
        Promise.resolve(
          script.everywhere ?? { status: { state: 'unknown' }, height: script.height?.() ?? 1 },
        ),
      getPriorityPrices: () => Promise.resolve([]),
      simulate: () => Promise.resolve(script.simulation ?? { ok: true, unitsConsumed: 1 }),
      sendRaw: (wire) => {
        sent.push(Buffer.from(wire).toString('base64'));
        return Promise.resolve();
      },
    },
  };
  return { chain, sent };
}

const refused = (reason: string): Simulation => ({
  ok: false,
  failure: { customCode: null, reason, logs: [] },
});

async function signed(chain: Chain): Promise<SignedTransaction<'test'>> {
  const signer = throwawaySigner();
  const instructions = [{ programId: SYSTEM_PROGRAM, accounts: [], data: Uint8Array.of(1) }];
  return signDraft(chain, { kind: 'test', instructions, signers: [signer] });
}

describe('a signed transaction', () => {
  it('carries all that a restarted host needs', async () => {
    const transaction = await signed(fakeChain({}).chain);
    expect(transaction).toMatchObject({ kind: 'test', genesis: 'G', lastValidBlockHeight: 150 });
    // The first 64 bytes after the count are the payer's signature: the name on the chain.
    const wire = Buffer.from(transaction.wire, 'base64');
    expect(wire[0]).toBe(1);
    expect(transaction.signature).toMatch(/^[1-9A-HJ-NP-Za-km-z]{80,90}$/);
  });
});

describe('sending', () => {
  it('sends once where the chain confirms at once', async () => {
    const { chain, sent } = fakeChain({
      status: (_n, count) => ({ state: count > 0 ? 'confirmed' : 'unknown' }),
    });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
    expect(sent).toHaveLength(1);
  });

  it('sends the same bytes again until somebody takes them', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { chain, sent } = fakeChain({
      status: (_n, count) => {
        vi.advanceTimersByTime(1_000);
        return { state: count >= 3 ? 'confirmed' : 'unknown' };
      },
    });
    const transaction = await signed(chain);
    expect(await sendUntilKnown(chain, transaction, never)).toEqual({ state: 'confirmed' });
    expect(sent).toEqual([transaction.wire, transaction.wire, transaction.wire]);
    vi.useRealTimers();
  });

  it('sends nothing that has landed already', async () => {
    const { chain, sent } = fakeChain({ status: () => ({ state: 'confirmed' }) });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
    expect(sent).toEqual([]);
  });

  it('sends nothing whose time is over', async () => {
    const { chain, sent } = fakeChain({ height: () => 1_000 });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'expired' });
    expect(sent).toEqual([]);
  });

  it('sends nothing that was signed for another chain', async () => {
    const { chain, sent } = fakeChain({});
    const transaction = { ...(await signed(chain)), genesis: 'H' };
    expect(await sendUntilKnown(chain, transaction, never)).toEqual({ state: 'expired' });
    expect(sent).toEqual([]);
  });

  it('sends nothing that the chain would refuse', async () => {
    const { chain, sent } = fakeChain({ simulation: refused('InsufficientFundsForFee') });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toMatchObject({
      state: 'rejected',
      problem: { code: 'network.no-sol' },
    });
    expect(sent).toEqual([]);
  });

  it('a refusal because it has landed meanwhile is a success', async () => {
    const { chain } = fakeChain({
      simulation: refused('{"InstructionError":[0,{"Custom":3012}]}'),
      status: (lookUp) => ({ state: lookUp > 1 ? 'confirmed' : 'unknown' }),
    });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
  });

  it.each(['BlockhashNotFound', 'AlreadyProcessed'])('%s is no refusal yet', async (reason) => {
    const { chain, sent } = fakeChain({
      simulation: refused(reason),
      status: (_n, count) => ({ state: count > 0 ? 'confirmed' : 'unknown' }),
    });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
    expect(sent).toHaveLength(1);
  });

  it('tells what the program said where it landed and failed', async () => {
    const failure = { customCode: 6013, reason: '{"Custom":6013}', logs: [] };
    const { chain } = fakeChain({ status: () => ({ state: 'failed', failure }) });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toMatchObject({
      state: 'rejected',
      problem: { code: 'network.stake-too-low' },
    });
  });

  it('goes on through a server that fails now and then', async () => {
    const { chain } = fakeChain({
      status: (lookUp) => (lookUp < 4 ? 'down' : { state: 'confirmed' }),
    });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
  });

  it('says "pending" after ten seconds without one answer, so that the owner can be told', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const begunAt = performance.now();
    const { chain } = fakeChain({
      status: (lookUp) => {
        vi.advanceTimersByTime(6_000);
        return lookUp === 2 ? { state: 'unknown' } : 'down';
      },
    });
    expect(await sendUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'pending' });
    // The second look was answered, 12 s after the beginning: patience began anew.
    expect(performance.now() - begunAt).toBe(24_000);
    vi.useRealTimers();
  });

  it('sends nothing once it was told to stop', async () => {
    const { chain, sent } = fakeChain({});
    const stopped = AbortSignal.abort();
    expect(await sendUntilKnown(chain, await signed(chain), stopped)).toEqual({ state: 'pending' });
    expect(sent).toEqual([]);
  });

  it('gives up as "pending" when told to stop: nothing is known', async () => {
    const { chain, sent } = fakeChain({});
    const stopped = AbortSignal.timeout(50);
    expect(await sendUntilKnown(chain, await signed(chain), stopped)).toEqual({ state: 'pending' });
    expect(sent).toHaveLength(1);
  });
});

describe('waiting without sending', () => {
  it('hears of the end, and sends nothing', async () => {
    const { chain, sent } = fakeChain({
      status: (lookUp) => ({ state: lookUp > 2 ? 'confirmed' : 'unknown' }),
    });
    expect(await waitUntilKnown(chain, await signed(chain), never)).toEqual({ state: 'confirmed' });
    expect(sent).toEqual([]);
  });
});

describe('status', () => {
  it.each([
    ['on its way', 150, 'pending'],
    ['a few blocks late, for servers differ', 158, 'pending'],
    ['too late for good', 159, 'expired'],
  ])('%s (block %i)', async (_name, height, state) => {
    const { chain } = fakeChain({ height: () => height });
    expect(await statusOf(chain, await signed(chain))).toEqual({ state });
  });

  it('seen but not confirmed is still on its way, however late', async () => {
    const { chain } = fakeChain({ height: () => 999, status: () => ({ state: 'processed' }) });
    expect(await statusOf(chain, await signed(chain))).toEqual({ state: 'pending' });
  });

  it('unknown and too late for one server, but another one knows it', async () => {
    const status: SignatureStatus = { state: 'confirmed' };
    const { chain } = fakeChain({ height: () => 159, everywhere: { status, height: 159 } });
    expect(await statusOf(chain, await signed(chain))).toEqual({ state: 'confirmed' });
  });

  it.each([
    ['not one that is not behind has said so', null],
    ['those that are not behind are not so far', 158],
  ])('unknown and too late for one server, but %s: still on its way', async (_name, height) => {
    const everywhere: LastLook = { status: { state: 'unknown' }, height };
    const { chain } = fakeChain({ height: () => 159, everywhere });
    expect(await statusOf(chain, await signed(chain))).toEqual({ state: 'pending' });
  });

  it('a server that fails proves nothing', async () => {
    const { chain } = fakeChain({ height: () => 999, status: () => 'down' });
    expect(await statusOf(chain, await signed(chain))).toEqual({ state: 'pending' });
  });
});

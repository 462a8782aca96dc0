import {
  Keypair,
  PublicKey,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
  type TransactionInstruction,
} from '@solana/web3.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import { findAccessKey } from '../../../../app/network/nosana/access-key.ts';
import type { Fault } from '../../../../app/network/stand-ins/faults.ts';
import { localChainPackage } from '../../../../app/platform/platform.ts';
import { memorySettings } from '../../../fakes/network/memory-settings.ts';
import { openDoor, result, type Door, type Guest } from './kit.ts';

// Skipped where no local chain exists for the platform (Windows, musl, Linux on ARM).
describe.skipIf(localChainPackage().packageName === null)('the way into a market', () => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor();
  });
  afterEach(() => {
    door.manager.faults.lift();
    door.manager.forge(null);
  });
  afterAll(() => door.stop());

  const keyOf = (guest: Guest) => findAccessKey(door.rpc, guest.signer.address, door.collection);
  const admitted = () => ({ step: 'admitted', market: door.keys.market.address, stale: false });

  it('leads from registering over a benchmark to a key on the chain, which opens it', async () => {
    const ran: string[] = [];
    const guest = door.host({
      runBenchmark: (definition) => {
        ran.push(Buffer.from(definition).toString());
        return Promise.resolve(result());
      },
    });
    const steps: string[] = [];
    guest.admission.onChange(() => steps.push(guest.admission.state.step));
    const state = await guest.admit();
    expect(state).toMatchObject({
      ...admitted(),
      report: { market: 'Practice market', passed: true, metrics: [{ measured: '3' }] },
    });
    expect(steps).toEqual([
      'asking',
      'registering',
      'asking',
      'benchmarking',
      'asking',
      'access-key',
      'syncing',
      'admitted',
    ]);
    expect(ran).toHaveLength(1);
    expect(await keyOf(guest)).toEqual({
      tokenAccount: tokenAddress(guest.signer.address, door.mint),
      metadata: expect.any(String) as string,
    });
    // It began with 0.05 SOL, and paid for the account of its key and for two signatures.
    expect(await door.rpc.getLamports(guest.signer.address)).toBe(
      50_000_000n - 2_039_280n - 10_000n,
    );
    expect(await guest.client.node(AbortSignal.timeout(5_000))).toMatchObject({
      status: 'ONBOARDED',
      marketAddress: door.keys.market.address,
    });
  });

  it('is open to several hosts, and signs nothing for one that has its key', async () => {
    const [one, other] = [door.host(), door.host()];
    await Promise.all([one.admit(), other.admit()]);
    expect(await keyOf(one)).not.toBeNull();
    expect(await keyOf(other)).not.toBeNull();
    const before = await door.rpc.getLamports(one.signer.address);
    const again = door.host({ signer: one.signer, settings: memorySettings() });
    expect(await again.admit()).toMatchObject(admitted());
    expect(await door.rpc.getLamports(one.signer.address)).toBe(before);
  });

  it('is heard of: heartbeats go out, and earn what the network says', async () => {
    const guest = door.host();
    await guest.admit();
    for (let tries = 0; tries < 100 && guest.heartbeats.state.heardAt === null; tries++) {
      await sleep(20);
    }
    const { claimableBaseUnits } = await guest.client.rewards(AbortSignal.timeout(5_000));
    expect(claimableBaseUnits).toBeGreaterThanOrEqual(100n);
    const claim = await guest.client.claimRewards(AbortSignal.timeout(5_000));
    expect(claim).toMatchObject({ success: false, transaction: null });
  });

  it('is closed to a host that fails its benchmark, until the next test', async () => {
    const guest = door.host({ runBenchmark: () => Promise.resolve(result('failed')) });
    expect(await guest.admit()).toMatchObject({
      step: 'not-qualified',
      nextTestAt: expect.any(Number) as number,
      report: { passed: false },
    });
    expect(await keyOf(guest)).toBeNull();
  });

  it('is closed to a host that is banned, at once', async () => {
    const guest = door.host();
    await guest.admit();
    door.manager.ban(guest.signer.address);
    expect(await guest.admit()).toEqual({ step: 'banned' });
  });

  const routes = [
    'GET /nodes/minimum-required-version',
    'GET /nodes/request-market',
    'POST /nodes/register',
    'POST /benchmarks/:id/submit-results',
    'POST /nodes/sync-node',
  ];
  const faults: Fault[] = [
    { kind: 'dropped' },
    { kind: 'rate-limited', retryAfterSeconds: 1 },
    { kind: 'maintenance' },
  ];
  it.each(routes.flatMap((route) => faults.map((fault) => [route, fault] as const)))(
    'is found in spite of trouble on it: %s, $1.kind',
    async (route, fault) => {
      door.manager.faults.set({ route, fault, times: 1 });
      const guest = door.host();
      expect(await guest.admit()).toMatchObject(admitted());
      expect(await keyOf(guest)).not.toBeNull();
    },
  );

  const lasting: Fault[] = [{ kind: 'server-error' }, { kind: 'wrong-json' }];
  it.each(routes.slice(1).flatMap((route) => lasting.map((fault) => [route, fault] as const)))(
    'waits at lasting trouble, shows it, and goes on from there: %s, $1.kind',
    async (route, fault) => {
      // A key that arrived is not asked about: an empty answer to this one is as good as any.
      if (route.endsWith('sync-node') && fault.kind === 'wrong-json') return;
      door.manager.faults.set({ route, fault });
      const guest = door.host();
      expect(await guest.admit()).toMatchObject({
        step: 'failed',
        nextAttemptAt: expect.any(Number) as number,
      });
      door.manager.faults.lift();
      expect(await guest.admit()).toMatchObject(admitted());
      expect(await keyOf(guest)).not.toBeNull();
    },
  );

  it('does not lead where an answer is the one of another host', async () => {
    await door.host().admit();
    const guest = door.host();
    door.manager.faults.set({ route: 'POST /nodes/register', fault: { kind: 'replayed' } });
    expect(await guest.admit()).toMatchObject({
      step: 'failed',
      problem: { code: 'network.host-manager-mismatch' },
    });
  });

  describe('at whose door somebody else stands', () => {
    const refusedFor = async (reason: RegExp) => {
      const guest = door.host();
      const state = await guest.admit();
      expect(state).toMatchObject({
        step: 'failed',
        problem: {
          code: 'network.access-key-refused',
          message: expect.stringMatching(reason) as string,
        },
        nextAttemptAt: null,
      });
      expect(await keyOf(guest)).toBeNull();
      expect(await door.rpc.getLamports(guest.signer.address)).toBe(50_000_000n);
      // The good transaction is taken afterwards.
      door.manager.forge(null);
      expect(await guest.admit()).toMatchObject(admitted());
    };

    it('is not signed what takes the SOL of a host', async () => {
      const thief = Keypair.generate().publicKey;
      door.manager.forge((host) =>
        forged(host, [
          SystemProgram.transfer({ fromPubkey: new PublicKey(host), toPubkey: thief, lamports: 1 }),
        ]),
      );
      await refusedFor(/moves SOL/);
    });

    it('is not signed what brings nothing', async () => {
      const { blockhash } = await door.rpc.getLatestBlockhash();
      door.manager.forge((host) => forged(host, [], blockhash));
      await refusedFor(/does not bring the access key/);
    });

    it('is not signed what is too old: a fresh one is asked for', async () => {
      let old = 2;
      door.manager.forge((host, good) => (old-- > 0 ? forged(host, []) : good));
      const guest = door.host();
      expect(await guest.admit()).toMatchObject(admitted());
      expect(old).toBe(-1);
    });

    it('is not signed what cannot be read', async () => {
      door.manager.forge(() => 'AQIDBA==');
      await refusedFor(/cannot be read/);
    });

    it('is not signed what is meant for another host', async () => {
      const other = door.host();
      let goodForOther: string | null = null;
      door.manager.forge((_host, good) => (goodForOther = good));
      await other.admit();
      door.manager.forge(() => goodForOther);
      await refusedFor(/does not need|somebody else/);
    });
  });

  it('is known to a host after a restart, also where the host manager is away', async () => {
    const guest = door.host();
    await guest.admit();
    door.manager.faults.set({ route: '*', fault: { kind: 'dropped' } });
    const { signer, settings } = guest;
    const again = door.host({ signer, settings });
    expect(await again.admit()).toMatchObject({ ...admitted(), stale: true });
    door.manager.faults.lift();
    await again.admission.refresh();
    expect(again.admission.state).toMatchObject(admitted());
  });

  it('needs no key where the market was opened without one', async () => {
    const old = await openDoor({ keyed: false });
    const guest = old.host();
    const steps: string[] = [];
    guest.admission.onChange(() => steps.push(guest.admission.state.step));
    expect(await guest.admit()).toMatchObject({ step: 'admitted' });
    expect(steps).not.toContain('access-key');
    await old.stop();
  });
});

/** A transaction that a host has to pay for, with these instructions and nothing else to sign. */
function forged(
  host: string,
  instructions: TransactionInstruction[],
  recentBlockhash = PublicKey.default.toBase58(),
): string {
  const message = new TransactionMessage({
    payerKey: new PublicKey(host),
    recentBlockhash,
    instructions,
  });
  const transaction = new VersionedTransaction(message.compileToV0Message());
  return Buffer.from(transaction.serialize()).toString('base64');
}

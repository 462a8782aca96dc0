import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { SYSTEM_PROGRAM } from '../../../app/adapters/solana/addresses.ts';
import { createRpc } from '../../../app/adapters/solana/rpc.ts';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { createTrial } from '../../../app/adapters/solana/trial.ts';
import type { Signer } from '../../../app/adapters/solana/types.ts';
import type { AdmissionState } from '../../../app/contract/admission.ts';
import { openAdmission } from '../../../app/network/host-manager/open-admission.ts';
import { tokenAddress } from '../../../app/adapters/solana/token.ts';
import { decodeMarket } from '../../../app/network/nosana/accounts.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { startChain } from '../../../app/network/practice/chain.ts';
import { found } from '../../../app/network/practice/founding.ts';
import { sender } from '../../../app/network/practice/send.ts';
import { memorySettings } from '../../fakes/network/memory-settings.ts';
import { openHostKeys } from '../../../app/network/practice/host-keys.ts';
import { openPractice } from '../../../app/network/practice/practice.ts';
import type { NetworkAddress } from '../../../app/network/provider.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';

const chain = localChainPackage();
const assets = join(import.meta.dirname, '..', '..', '..', 'assets');

interface Life {
  readonly market: string;
  readonly address: string;
  /** Resolves with the next `up`. */
  up(): Promise<NetworkAddress>;
  readonly downs: string[];
  stop(): Promise<void>;
}

const lives: Life[] = [];
afterEach(async () => {
  await Promise.all(lives.splice(0).map((life) => life.stop()));
});

function live(home: string): Life {
  const practice = openPractice({ home, assets, log: () => undefined });
  const ups: NetworkAddress[] = [];
  const downs: string[] = [];
  const world = practice.start({
    onUp: (address) => ups.push(address),
    onDown: (problem) => downs.push(problem.code),
  });
  let taken = 0;
  const life: Life = {
    market: practice.market ?? '',
    address: openHostKeys(join(home, 'practice')).host.address,
    downs,
    async up() {
      const wanted = taken++;
      for (let tries = 0; tries < 200 && ups.length <= wanted; tries++) await sleep(100);
      const address = ups[wanted];
      if (!address) throw new Error('the practice world did not come up');
      return address;
    },
    stop: () => world.stop(),
  };
  lives.push(life);
  return life;
}

function rpcUrlOf({ rpc }: NetworkAddress): string {
  return rpc[0]?.rpcUrl ?? '';
}

async function queue(world: NetworkAddress, market: string) {
  const account = await createRpc(rpcUrlOf(world)).getAccount(market);
  return account ? decodeMarket(account.data) : null;
}

function worldPids(home: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args']).toString().split('\n');
  return lines
    .filter((line) => line.includes('practice/world.ts') && line.includes(home))
    .map((line) => Number(line.trim().split(' ')[0]));
}

/** As the app does it, but for the benchmark, which is not run. */
async function admit(world: NetworkAddress, signer: Signer): Promise<AdmissionState> {
  const rpc = createRpc(rpcUrlOf(world));
  const genesis = await rpc.getGenesisHash();
  const { admission } = openAdmission({
    baseUrl: world.hostManagerUrl ?? '',
    signer,
    programs: NOSANA_PROGRAMS,
    settings: memorySettings(),
    contact: () => ({ email: 'a@example.org', discord: null, twitter: null }),
    version: '1.0.0',
    wantedMarket: () => null,
    runBenchmark: () => Promise.resolve({ status: 'success', startTime: 0, endTime: 2_000 }),
    chain: () => ({ rpc, genesis, trial: createTrial([rpcUrlOf(world)]) }),
    limits: () => ({ maxFeeLamports: 100_000n, maxLamports: 5_000_000n }),
  });
  const state = await admission.admit(AbortSignal.timeout(30_000));
  admission.stop();
  return state;
}

// Skipped where no local chain exists for the platform (Windows, musl, Linux on ARM).
describe.skipIf(chain.packageName === null)('the practice world', () => {
  it('stands by itself: a market, NOS at its real mint address, a stake, a first job', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const life = live(home);
    const world = await life.up();
    const rpc = createRpc(rpcUrlOf(world));
    expect(await rpc.getVersion()).toHaveProperty('surfnet-version');
    const market = await queue(world, life.market);
    expect(market?.jobPrice).toBe(150n);
    const account = tokenAddress(life.address, NOSANA_PROGRAMS.nosMint);
    expect(await rpc.getAccount(account)).not.toBeNull();
    expect(await rpc.getLamports(life.address)).toBe(50_000_000n);
    for (let tries = 0; tries < 100; tries++) {
      if ((await queue(world, life.market))?.queueType === 0) break;
      await sleep(100);
    }
    expect((await queue(world, life.market))?.queue).toHaveLength(1);
  });

  it('is the same world after a restart of the app', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const first = live(home);
    const before = await first.up();
    for (let tries = 0; tries < 100; tries++) {
      if ((await queue(before, first.market))?.queueType === 0) break;
      await sleep(100);
    }
    const jobs = (await queue(before, first.market))?.queue;
    await first.stop();
    const second = live(home);
    const after = await second.up();
    expect(second.address).toBe(first.address);
    expect((await queue(after, second.market))?.queue).toEqual(jobs);
    expect(jobs).toHaveLength(1);
  });

  it('is started again when it dies, and has lost nothing that was confirmed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const life = live(home);
    const before = await life.up();
    for (let tries = 0; tries < 100; tries++) {
      if ((await queue(before, life.market))?.queueType === 0) break;
      await sleep(100);
    }
    const jobs = (await queue(before, life.market))?.queue;
    // The state is written within a fraction of a second of every change.
    await sleep(500);
    const [pid] = worldPids(home);
    process.kill(pid ?? 0, 'SIGKILL');
    const after = await life.up();
    expect(life.downs).toEqual(['practice.stopped']);
    expect(rpcUrlOf(after)).not.toBe(rpcUrlOf(before));
    expect((await queue(after, life.market))?.queue).toEqual(jobs);
  });

  it('has a host manager at its door, which asks for a benchmark and gives any host a key', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const world = await live(home).up();
    const answer = await fetch(`${world.hostManagerUrl ?? ''}/node-under-maintenance`);
    expect(answer.headers.get('x-offpeak-stand-in')).toBe('Nosana host manager');
    for (const host of [throwawaySigner(), throwawaySigner()]) {
      const { step } = await admit(world, host);
      expect(step).toBe('admitted');
    }
  });

  it('has no control over its stand-ins: that is for tests', async () => {
    const world = await live(mkdtempSync(join(tmpdir(), 'offpeak-world-'))).up();
    for (const url of [world.hostManagerUrl ?? '', world.pinUrl ?? '']) {
      expect((await fetch(`${url}/stand-in/faults`, { method: 'POST' })).status).toBe(404);
    }
  });

  it('of a folder from before there were keys lets its hosts in without one', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const folder = join(home, 'practice');
    const keys = openHostKeys(folder);
    const old = await startChain({
      programFolder: join(assets, 'practice'),
      snapshotFile: join(folder, 'chain.json.gz'),
    });
    await found(old, keys, sender(createRpc(old.rpcUrl)));
    await old.stop();
    const life = live(home);
    const world = await life.up();
    expect((await queue(world, life.market))?.nodeAccessKey).toBe(SYSTEM_PROGRAM);
    expect((await admit(world, keys.host)).step).toBe('admitted');
  });

  it('leaves no process behind when the app stops', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const life = live(home);
    await life.up();
    expect(worldPids(home)).toHaveLength(1);
    await life.stop();
    expect(worldPids(home)).toHaveLength(0);
  });

  it('that cannot stand says so once, with the remedy, and is not tried for ever', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-world-'));
    const problems: string[] = [];
    const practice = openPractice({ home, assets: home, log: () => undefined });
    const world = practice.start({
      onUp: () => problems.push('up'),
      onDown: ({ code, remedy }) => problems.push(`${code}: ${remedy}`),
    });
    await sleep(6_000);
    await world.stop();
    expect(problems).toEqual([expect.stringMatching(/^practice\.asset-missing: Install Offpeak/)]);
  });

  it('does not freeze after 1,024 slots: its events are drained', async () => {
    const running = await startChain({
      programFolder: join(assets, 'practice'),
      snapshotFile: join(mkdtempSync(join(tmpdir(), 'offpeak-world-')), 'chain.json.gz'),
      slotTimeMs: 5,
    });
    const rpc = createRpc(running.rpcUrl);
    for (let tries = 0; tries < 300 && (await rpc.getBlockHeight()) < 1_400; tries++) {
      await sleep(100);
    }
    expect(await rpc.getBlockHeight()).toBeGreaterThanOrEqual(1_400);
    await running.stop();
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NetworkChoices } from '../../../app/contract/network-choices.ts';
import { lockHome } from '../../../app/storage/lock.ts';
import { type RealHost, startRealHost } from '../../fakes/host/real-host.ts';
import { aNetworkChoice } from '../../fakes/host/host-state.ts';
import { ask, freshHome, refused, say, WITHOUT_ENGINE } from './command-kit.ts';

const UNTOUCHED = aNetworkChoice();
const SECRET = 'the-canary-in-the-address';
const TOKEN = 'the-canary-in-the-token-file';

const running: RealHost[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()));
});

async function start(home: string): Promise<RealHost> {
  const host = await startRealHost(home, WITHOUT_ENGINE);
  running.push(host);
  return host;
}

async function stop(host: RealHost): Promise<void> {
  running.splice(running.indexOf(host), 1);
  expect(await host.stop()).toBe(0);
}

async function network(home: string, ...args: string[]): Promise<NetworkChoices> {
  const { code, document } = await ask(home, ['network', ...args], NetworkChoices);
  expect(code, args.join(' ')).toBe(0);
  return document;
}

/** All that can be set, with secrets where people have them. */
function everything(home: string): string[] {
  const token = join(home, 'pin-token');
  writeFileSync(token, `${TOKEN}\n`, { mode: 0o600 });
  return [
    ...['--rpc', `https://rpc.example/${SECRET}`, '--rpc', 'http://127.0.0.1:8899'],
    ...['--gateway', `https://ipfs.example/?key=${SECRET}`],
    ...['--pin-url', `https://pin.example/${SECRET}`, '--pin-token-file', token],
    ...['--max-fee', '7000', '--reserve', '6000000', '--email', 'host@example.org'],
  ];
}

const CHOSEN = aNetworkChoice({
  rpcOrigins: ['https://rpc.example', 'http://127.0.0.1:8899'],
  gatewayOrigins: ['https://ipfs.example'],
  pinOrigin: 'https://pin.example',
  hasPinToken: true,
  maxFee: '7000',
  reserve: '6000000',
  contact: { email: 'host@example.org', discord: null, twitter: null },
});

/** Command lines that nobody can mean, each with what its refusal has to name. */
const BAD: readonly (readonly [string[], RegExp])[] = [
  [['testnet'], /"practice", "mainnet", .* not "testnet"/],
  [['practice', 'mainnet'], /not "practice mainnet"/],
  [['mainnet', '--acknowledge', '--max-fee', 'lots'], /--max-fee takes a whole number of lamports/],
  [['--max-fee', '0.5'], /--max-fee/],
  [['--reserve=-1'], /--reserve/],
  [['--reserve', '1'.repeat(19)], /--reserve/],
  [['--rpc', `wss://rpc.example/${SECRET}`], /--rpc takes an http or https address/],
  [['--rpc', 'https://good.example', '--rpc', SECRET], /--rpc/],
  [Array.from({ length: 9 }, (_, i) => `--rpc=https://${i}.example`), /--rpc .* eight/],
  [['--gateway', 'ipfs.example'], /--gateway/],
  [['--pin-url', `file:///${SECRET}`], /--pin-url/],
  [['--pin-token-file', '/nowhere/token'], /--pin-token-file: the file \/nowhere\/token/],
  [['--pin-token-file', '/dev/null'], /--pin-token-file takes a file with/],
  [['--email', 'nobody'], /--email takes an e-mail address/],
  [['--email', 'a@example.org', '--reserve', 'x'], /--reserve/],
  [['--acknowlege'], /--acknowlege/],
];

async function refuseBad(home: string, lines = BAD): Promise<void> {
  for (const [args, named] of lines) {
    const { exit, code, message, remedy } = await refused(home, ['network', ...args]);
    expect({ exit, code }, args.join(' ')).toEqual({ exit: 2, code: 'host.bad-usage' });
    expect(message).toMatch(named);
    expect(message).not.toContain(SECRET);
    expect(remedy).toBe('See "offpeak --help".');
  }
}

describe('offpeak network without a running host', () => {
  it('shows practice before anything was chosen, and writes nothing just to look', async () => {
    const home = freshHome();
    expect(await network(home)).toEqual(UNTOUCHED);
    const { code, stdout, stderr } = await say(home, ['network']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Network: practice\nMainnet read about: no\n/);
    expect(stdout).toContain('Most fee for one transaction: 500000 lamports\n');
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps mainnet off until it was read about, and changes nothing meanwhile', async () => {
    const home = freshHome();
    const { exit, code, remedy } = await refused(home, ['network', 'mainnet', '--max-fee', '9']);
    expect({ exit, code }).toEqual({ exit: 1, code: 'network.not-acknowledged' });
    expect(remedy).toMatch(/docs\/mainnet\.md.*--acknowledge.*Nothing was changed/);
    expect(await network(home)).toEqual(UNTOUCHED);
    const before = Date.now();
    const chosen = await network(home, 'mainnet', '--acknowledge');
    expect(chosen).toEqual({
      ...UNTOUCHED,
      kind: 'mainnet',
      acknowledgedAt: chosen.acknowledgedAt,
    });
    expect(chosen.acknowledgedAt).toBeGreaterThanOrEqual(before);
    // Read about once; going back and forth asks for nothing more.
    expect(await network(home, 'practice')).toEqual({ ...chosen, kind: 'practice' });
    expect(await network(home, 'mainnet')).toEqual(chosen);
  });

  it('sets servers and limits, and shows no more of an address than where it leads', async () => {
    const home = freshHome();
    const printed = await say(home, ['network', ...everything(home)]);
    expect(await network(home)).toEqual(CHOSEN);
    expect(printed.stdout).toContain('RPC servers: https://rpc.example, http://127.0.0.1:8899\n');
    expect(printed.stdout).toContain('Pinning service: https://pin.example, with a token\n');
    expect(printed.stdout + printed.stderr).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`));
    // What is not named stays.
    expect(await network(home, '--reserve', '1')).toEqual({ ...CHOSEN, reserve: '1' });
  });

  it('calls a bad line bad usage by its flag, and loses nothing over it', async () => {
    const home = freshHome();
    await network(home, ...everything(home));
    await refuseBad(home);
    expect(await network(home)).toEqual(CHOSEN);
  });

  it('changes nothing in a folder that another Offpeak holds, but tells what is there', async () => {
    const home = freshHome();
    await network(home, ...everything(home));
    const release = lockHome(home);
    const { exit, code } = await refused(home, ['network', '--reserve', '1']);
    expect({ exit, code }).toEqual({ exit: 1, code: 'storage.locked' });
    expect(await network(home)).toEqual(CHOSEN);
    release();
    expect((await network(home, '--reserve', '1')).reserve).toBe('1');
  });
});

const Status = z.object({
  network: z.object({ id: z.string(), practice: z.boolean() }),
  settings: z.object({ network: NetworkChoices }),
});

async function atWork(home: string): Promise<{ id: string; choices: NetworkChoices }> {
  const { document } = await ask(home, ['status'], Status);
  return { id: document.network.id, choices: document.settings.network };
}

describe('offpeak network beside a running host', () => {
  it('is refused mainnet with the flag that it takes, and the host goes on in practice', async () => {
    const home = freshHome();
    const host = await start(home);
    const { exit, code, remedy } = await refused(home, ['network', 'mainnet', '--reserve', '1']);
    expect({ exit, code }).toEqual({ exit: 1, code: 'network.not-acknowledged' });
    expect(remedy).toMatch(/--acknowledge.*Nothing was changed/);
    await refuseBad(home, BAD.slice(0, 3));
    expect(await atWork(home)).toEqual({ id: 'practice', choices: UNTOUCHED });
    expect(await network(home)).toEqual(UNTOUCHED);
    await stop(host);
    expect(await network(home)).toEqual(UNTOUCHED);
  });

  // Without a pinning service nothing of mainnet is asked, so that no test ever speaks with it.
  it('moves the host at once, and the choice outlives restarts and crashes', async () => {
    const home = freshHome();
    const first = await start(home);
    const chosen = await network(home, 'mainnet', '--acknowledge', '--max-fee', '7000');
    expect(chosen).toMatchObject({ kind: 'mainnet', maxFee: '7000', reserve: '5000000' });
    await expect.poll(async () => (await atWork(home)).id, { timeout: 30_000 }).toBe('mainnet');
    await stop(first);
    expect(await network(home)).toEqual(chosen);
    expect((await network(home, '--reserve', '8000000')).kind).toBe('mainnet');

    const second = await start(home);
    const after = { ...chosen, reserve: '8000000' };
    expect(await atWork(home)).toEqual({ id: 'mainnet', choices: after });
    await second.kill();
    running.splice(0);
    expect(await network(home)).toEqual(after);

    await start(home);
    expect(await network(home, 'practice')).toEqual({ ...after, kind: 'practice' });
    await expect.poll(async () => (await atWork(home)).id, { timeout: 30_000 }).toBe('practice');
    expect(await network(home)).toEqual({ ...after, kind: 'practice' });
  });

  it('lets no secret of an address out, neither in what it says nor in its log', async () => {
    const home = freshHome();
    const host = await start(home);
    expect(await network(home, ...everything(home))).toEqual(CHOSEN);
    const { stdout } = await say(home, ['status', '--json']);
    await stop(host);
    const heard = [stdout, host.log(), readFileSync(join(home, 'offpeak.log'), 'utf8')].join('');
    expect(heard).toContain('https://rpc.example');
    expect(heard).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`));
  });
});

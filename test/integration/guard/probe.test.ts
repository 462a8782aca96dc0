import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  docker,
  GUARD_IMAGE,
  insist,
  loadGuardImage,
  LOCKED,
  newName,
  probe,
  readReport,
  Things,
  whyNoGuard,
} from './guard-kit.ts';

const reason = await whyNoGuard();
const MIB = 1024 ** 2;
const SPY = ['--cap-add', 'SYS_PTRACE', '--cap-add', 'DAC_OVERRIDE'];
const POWERFUL = [
  ...['SYS_ADMIN', 'MKNOD', 'SYS_PTRACE', 'DAC_OVERRIDE', 'DAC_READ_SEARCH'],
].flatMap((one) => ['--cap-add', one]);
const UNFILTERED = [
  '--security-opt',
  'seccomp=unconfined',
  '--security-opt',
  'apparmor=unconfined',
];
/** Device nodes work, and the kernel's own files can be written. */
const UNMASKED = [
  ...['--device-cgroup-rule', 'b *:* rmw', '--device-cgroup-rule', 'c *:* rmw'],
  ...['--security-opt', 'systempaths=unconfined'],
];

/*
 * Each attempt twice: where it is stopped, and where a lock is left open, so that "not reached" is known
 * to mean something. The attempts on the network are in guard.test.ts.
 */
describe.skipIf(reason !== null)(`the probe${reason === null ? '' : ` (${reason})`}`, () => {
  const things = new Things();
  const nonce = randomUUID();
  const room = mkdtempSync(join(tmpdir(), 'offpeak-probe-test-'));
  const secret = join(room, 'secret');
  const locked = ['--network', 'none', ...LOCKED];
  const limited = [...locked, '--cpus', '0.5', '--memory-swap', '256m'];

  beforeAll(async () => {
    writeFileSync(secret, nonce);
    await loadGuardImage();
  });
  afterAll(async () => {
    await things.remove();
    rmSync(room, { recursive: true });
  });

  it('sees no file of this computer', async () => {
    const report = await probe(locked, 'host-files', nonce, secret);
    expect(report).toMatchObject({
      reached: false,
      detail: { [secret]: 'ENOENT', '/proc/*/root': 'ENOENT', 'mount tmpfs': 'EPERM' },
    });
    expect(Object.values(report.detail)).not.toContain('reached');
  });

  it.each([
    ['a folder that was handed in', () => ['--volume', `${room}:${room}:ro`], secret],
    ['the processes of this computer', () => ['--pid', 'host', ...SPY], '/proc/*/root'],
    [
      'a device that was handed in',
      () => ['--cap-add', 'MKNOD', '--device', '/dev/null:/dev/mem'],
      '/dev/mem',
    ],
    ['files by their number', () => ['--cap-add', 'DAC_READ_SEARCH'], 'open_by_handle_at'],
    ['the right to mount', () => ['--cap-add', 'SYS_ADMIN', ...UNFILTERED], 'mount tmpfs'],
  ])('reports %s', async (_, options, way) => {
    const report = await probe([...locked, ...options()], 'host-files', nonce, secret);
    expect(report).toMatchObject({ reached: true, detail: { [way]: 'reached' } });
  });

  it('reports every door of a container that may do nearly all', async () => {
    const open = ['--network', 'none', '--pid', 'host', ...POWERFUL, ...UNFILTERED, ...UNMASKED];
    const report = await probe(open, 'host-files', nonce, secret);
    const ways = ['write core_pattern', 'write kernel.panic', 'mknod of a disk', 'mount proc'];
    const more = ['mount bind', 'remount', 'fsopen', 'open_by_handle_at'];
    expect(report.detail).toMatchObject(
      Object.fromEntries([...ways, ...more].map((way) => [way, 'reached'])),
    );
  });

  it('finds no socket of an engine unless one is handed in', async () => {
    const closed = await probe(locked, 'engine-socket', '/somewhere/engine.sock');
    expect(closed.reached).toBe(false);
    const socket = '/var/run/docker.sock';
    const path = '/somewhere/engine.sock';
    const open = await probe([...locked, '--volume', `${socket}:${path}`], 'engine-socket', path);
    expect(open).toMatchObject({ reached: true, detail: { [path]: 'reached' } });
  });

  it('starts as many processes as the limit lets it, and leaves none', async () => {
    const few = await probe([...locked, '--pids-limit', '40'], 'fork-bomb', '100');
    expect(few).toMatchObject({ reached: false, stopped: 'EAGAIN', detail: { limit: 100 } });
    expect(Number(few.detail['processes'])).toBeLessThan(40);
    const name = await things.listener('x', ...['--network', 'none']);
    const all = readReport(await insist('exec', name.name, '/probe', 'fork-bomb', '100'));
    expect(all).toMatchObject({ reached: true, stopped: null, detail: { processes: 100 } });
    const running = await insist('top', name.name);
    expect(running.split('\n')).toHaveLength(2);
  });

  it('is ended by the kernel at the limit of its memory', async () => {
    const bytes = 128 * MIB;
    const small = ['--memory', '64m', '--memory-swap', '64m'];
    const stopped = await probe([...locked, ...small], 'memory', String(bytes));
    expect(stopped).toMatchObject({ reached: false, stopped: 'SIGKILL' });
    expect(Number(stopped.detail['bytes'])).toBeGreaterThan(32 * MIB);
    expect(Number(stopped.detail['bytes'])).toBeLessThan(64 * MIB);
    const taken = await probe(locked, 'memory', String(bytes));
    expect(taken).toMatchObject({ reached: true, detail: { bytes, childEnded: 'exit' } });
  });

  it('fills a disk to its end, slowly when asked to, and takes its file away', async () => {
    const bytes = 80 * MIB;
    const room32 = ['--tmpfs', '/full:size=32m'];
    const stopped = await probe([...locked, ...room32], 'disk', '/full/file', String(bytes));
    expect(stopped).toMatchObject({
      reached: false,
      stopped: 'ENOSPC',
      detail: { bytes: 32 * MIB, wanted: bytes },
    });
    const volume = newName('volume');
    const where = [...locked, '--volume', `${volume}:/disk`];
    try {
      const start = Date.now();
      const filled = await probe(where, 'disk', '/disk/file', String(bytes), '--slow');
      expect(filled).toMatchObject({ reached: true, stopped: null, detail: { bytes } });
      expect(Date.now() - start).toBeGreaterThan(1000);
      // The same name is free again.
      expect((await probe(where, 'disk', '/disk/file', '1')).reached).toBe(true);
    } finally {
      await docker('volume', 'rm', '--force', volume);
    }
  });

  it('has no right and gets none', async () => {
    const report = await probe(locked, 'capabilities', '0');
    expect(report).toMatchObject({
      reached: false,
      detail: {
        effective: '0000000000000000',
        bounding: '0000000000000000',
        noNewPrivileges: 1,
        seccomp: 2,
      },
    });
  });

  it.each([
    ['more rights than stated', ['--cap-add', 'NET_RAW'], '0', 'raw socket'],
    ['a filter within reach', ['--cap-add', 'NET_ADMIN'], '0', 'nf_tables'],
    ['calls that nobody filters', UNFILTERED, '0', 'keyctl'],
    ['the clock', ['--cap-add', 'SYS_TIME'], '0', 'settimeofday'],
  ])('reports %s', async (_, options, mask, way) => {
    const report = await probe([...locked, ...options], 'capabilities', mask);
    expect(report).toMatchObject({ reached: true, detail: { [way]: 'reached' } });
  });

  it('reports another container that it may follow and enter', async () => {
    const victim = await things.container(
      ...['--network', 'none', '--entrypoint', '/probe', GUARD_IMAGE, 'listen', '7777', 'word'],
    );
    const rights = ['SYS_PTRACE', 'SYS_ADMIN', 'SYS_CHROOT'].flatMap((one) => ['--cap-add', one]);
    const where = [...locked, '--pid', `container:${victim}`, ...rights];
    const report = await probe(where, 'capabilities', '2c0000');
    expect(report).toMatchObject({
      reached: true,
      detail: { ptrace: 'reached', 'setns mnt': 'reached', 'setns net': 'reached' },
    });
  });

  it('takes a stated right for no surprise', async () => {
    const stated = ['--cap-add', 'NET_RAW'];
    const report = await probe([...locked, ...stated], 'capabilities', '2000');
    expect(report).toMatchObject({ reached: false, detail: { 'raw socket': 'reached' } });
  });

  it('changes nothing that is only to be read', async () => {
    const readOnly = [...locked, '--volume', `${room}:/cache:ro`];
    const kept = await probe(readOnly, 'write', '/cache');
    expect(kept).toMatchObject({
      reached: false,
      stopped: 'EROFS',
      detail: { create: 'EROFS', overwrite: 'EROFS', chmod: 'EROFS', touch: 'EROFS' },
    });
    expect((await probe(locked, 'write', '/')).reached).toBe(false);
    const open = await probe([...locked, '--volume', `${room}:/cache`], 'write', '/cache');
    expect(open).toMatchObject({ reached: true, detail: { create: 'reached', touch: 'reached' } });
  });

  it('sees no card unless its device is there', async () => {
    const hidden = await probe([...locked, '--env', 'NVIDIA_VISIBLE_DEVICES=void'], 'gpu');
    expect(hidden).toMatchObject({
      reached: false,
      detail: { NVIDIA_VISIBLE_DEVICES: 'void', nodes: {} },
    });
    // Any device will do under that name.
    const shown = await probe([...locked, '--device', '/dev/null:/dev/nvidia0'], 'gpu');
    expect(shown).toMatchObject({
      reached: true,
      detail: { nodes: { '/dev/nvidia0': 'reached' } },
    });
  });

  it('finds a limit on everything, or says what has none', async () => {
    const report = await probe(limited, 'limits');
    expect(report).toMatchObject({
      reached: false,
      detail: { memoryBytes: 256 * MIB, millicores: 500, processes: 256 },
    });
    const free = await probe(['--network', 'none'], 'limits');
    expect(free).toMatchObject({
      reached: true,
      detail: { memoryBytes: null, millicores: null, processes: null },
    });
  });
});

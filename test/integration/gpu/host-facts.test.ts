import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type HostFacts, readHostFacts } from '../../../app/adapters/system-information.ts';

const SCRIPTED = new URL('./children/scripted-facts.ts', import.meta.url);
const CRASHES = new URL('./children/crashes.ts', import.meta.url);
const UNKNOWN: HostFacts = {
  osName: null,
  osRelease: null,
  arch: process.arch,
  hostname: null,
  cpuModel: null,
  cpuCores: null,
  memoryBytes: null,
  memoryFreeBytes: null,
  diskTotalBytes: null,
  diskFreeBytes: null,
  virtual: null,
  onBattery: null,
};

afterEach(() => void vi.unstubAllEnvs());

/** The facts that come of what systeminformation would have answered. */
function factsFrom(parts: object, diskPath = '/', hang = ''): Promise<HostFacts> {
  vi.stubEnv('FAKE_PARTS', JSON.stringify(parts));
  vi.stubEnv('FAKE_HANG', hang);
  return readHostFacts({ diskPath, childEntry: SCRIPTED, timeoutMs: hang ? 2000 : 20_000 });
}

describe('the facts about this very computer', () => {
  it('are there, and agree with what Node says', async () => {
    const facts = await readHostFacts({ diskPath: process.cwd() });
    expect(facts).toMatchObject({
      arch: process.arch,
      cpuCores: cpus().length,
      osName: expect.any(String) as string,
      osRelease: expect.any(String) as string,
      hostname: expect.any(String) as string,
      virtual: expect.any(Boolean) as boolean,
      onBattery: expect.any(Boolean) as boolean,
    });
    expect(facts.memoryBytes).toBe(totalmem());
    expect(facts.memoryFreeBytes).toBeLessThan(totalmem());
    expect(facts.diskTotalBytes).toBeGreaterThan(0);
    expect(facts.diskFreeBytes).toBeLessThan(facts.diskTotalBytes ?? 0);
  });

  it('do not stop the rest of Offpeak while they are gathered', async () => {
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 5);
    await readHostFacts({ diskPath: parse(process.cwd()).root });
    clearInterval(heart);
    expect(beats).toBeGreaterThan(5);
  });
});

describe('a computer that does not say everything', () => {
  it('is unknown where systeminformation answers empty, zero or "unknown"', async () => {
    const parts = {
      memory: { total: 0, available: 0 },
      cpu: { manufacturer: '', brand: '', cores: 0 },
      os: { distro: 'unknown', release: '', hostname: 'tower' },
      battery: null,
      machine: {},
    };
    expect(await factsFrom(parts)).toEqual({ ...UNKNOWN, hostname: 'tower' });
  });

  it('is known as far as it had answered at the deadline', async () => {
    const parts = { memory: { total: 100, available: 40 } };
    const facts = await factsFrom(parts, '/', 'yes');
    expect(facts).toEqual({ ...UNKNOWN, memoryBytes: 100, memoryFreeBytes: 40 });
  });

  it('is unknown when the asking itself breaks', async () => {
    const facts = await readHostFacts({ diskPath: '/', childEntry: CRASHES });
    expect(facts).toEqual(UNKNOWN);
  });

  it('is not waited for any more after an abort', async () => {
    const signal = AbortSignal.abort(new Error('the owner quit'));
    await expect(readHostFacts({ diskPath: '/', signal })).rejects.toThrow('the owner quit');
  });
});

describe('power', () => {
  it.each([
    [{ hasBattery: true, acConnected: false }, true],
    [{ hasBattery: true, acConnected: true }, false],
    [{ hasBattery: false, acConnected: true }, false],
    [{ hasBattery: false, acConnected: false }, false],
  ])('%j: on battery is %s', async (battery, onBattery) =>
    expect((await factsFrom({ battery })).onBattery).toBe(onBattery),
  );
});

// Mounts as a Unix has them; on Windows the same rule works with drive letters.
describe.skipIf(process.platform === 'win32')('the disk that is meant', () => {
  const disks = [
    { mount: '/', size: 1000, available: 100 },
    { mount: '/data', size: 2000, available: 200 },
    { mount: '/data/big', size: 3000, available: 300 },
  ];
  const freeAt = async (path: string): Promise<number | null> =>
    (await factsFrom({ disks }, path)).diskFreeBytes;

  it('is the deepest one above the path, also when the path does not exist yet', async () => {
    expect(await freeAt('/data/big/offpeak')).toBe(300);
    expect(await freeAt('/data/big')).toBe(300);
    expect(await freeAt('/data/bigger')).toBe(200);
    expect(await freeAt('/home/me')).toBe(100);
  });

  it('is unknown when none is above it', async () => {
    const only = { disks: [{ mount: '/data', size: 2000, available: 200 }] };
    expect((await factsFrom(only, '/home')).diskFreeBytes).toBeNull();
  });

  it('is that behind a symbolic link', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-facts-'));
    try {
      const link = join(folder, 'link');
      symlinkSync('/', link);
      const withFolder = [...disks, { mount: folder, size: 4000, available: 400 }];
      expect((await factsFrom({ disks: withFolder }, join(folder, 'x'))).diskFreeBytes).toBe(400);
      expect((await factsFrom({ disks: withFolder }, link)).diskFreeBytes).toBe(100);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

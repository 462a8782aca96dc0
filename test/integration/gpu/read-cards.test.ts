import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CardReport } from '../../../app/contract/gpu.ts';
import { readCards } from '../../../app/gpu/cards.ts';
import { envWithFake, type Scene } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';

// The real adapter, the real child process and the real node-nvidia-smi; only the program named
// nvidia-smi is a fake. On Windows it cannot stand in: it is a shell script.
const here = process.platform === 'win32' ? describe.skip : describe;

let folder = '';
let pids = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offpeak-cards-'));
  pids = join(folder, 'pids');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(scene: Scene, timeoutMs?: number): Promise<CardReport> {
  return readCards({ env: envWithFake(scene, { pids }), timeoutMs });
}

/** Who the hanging fake said it is, once it has said so. */
async function hangingPids(count: number): Promise<number[]> {
  return vi.waitFor(
    () => {
      const words = readFileSync(pids, 'utf8').split(/\s+/);
      const numbers = words.filter((word) => word !== '').map(Number);
      expect(numbers).toHaveLength(count);
      return numbers;
    },
    { timeout: 20_000 },
  );
}

/** A process that is dead but not yet buried by its parent (state Z) no longer runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
}

async function expectNoneRunning(all: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(all.filter(isRunning)).toEqual([]), { timeout: 10_000 });
}

here('a driver that works', () => {
  it('shows its card', async () => {
    const report = await read('ok');
    expect(report).toMatchObject({
      driver: '570.124.04',
      cuda: '12.8',
      cards: [{ name: 'NVIDIA GeForce RTX 3060', memoryBytes: 12288 * 1024 ** 2 }],
      problem: null,
    });
    expect(CardReport.parse(report)).toEqual(report);
  });

  it.each<Scene>(['warns-on-stderr', 'damaged-inforom'])(
    'is understood although it %s',
    async (scene) => {
      const report = await read(scene);
      expect(report).toMatchObject({ cards: [{ index: 0 }], problem: null });
    },
  );
});

here('a driver that does not work', () => {
  it.each<[Scene, string]>([
    ['not-running', 'gpu.driver-not-running'],
    ['mismatch', 'gpu.driver-mismatch'],
    ['lost', 'gpu.card-lost'],
    ['no-devices', 'gpu.no-card'],
    ['truncated', 'gpu.unreadable'],
    ['garbage', 'gpu.unreadable'],
    ['fails', 'gpu.driver-failed'],
  ])('%s: is %s, with a remedy', async (scene, code) => {
    const report = await read(scene);
    expect(report).toMatchObject({ driver: null, cards: [], problem: { code } });
    expect(report.problem?.remedy).not.toBe('');
  });

  it('names what the driver said when it is something new', async () => {
    expect((await read('fails')).problem?.message).toContain('Something new went wrong');
  });

  it('is missing when nothing of that name is on the PATH', async () => {
    const report = await readCards({ env: { PATH: folder } });
    expect(report.problem?.code).toBe('gpu.driver-missing');
    expect((await readCards({ env: {} })).problem?.code).toBe('gpu.driver-missing');
  });
});

here('a child process of ours that breaks', () => {
  it('is not blamed on the driver', async () => {
    const crashes = new URL('./children/crashes.ts', import.meta.url);
    const report = await readCards({
      env: envWithFake('ok'),
      childEntries: { nvidiaSmi: crashes, nvml: crashes },
    });
    expect(report.problem).toMatchObject({
      code: 'gpu.not-asked',
      message: 'Offpeak could not ask the NVIDIA driver: the child is broken',
    });
  });
});

here('a driver that hangs', () => {
  it('is given up after 5 seconds, with a clear reason and no process left behind', async () => {
    const report = await read('hangs');
    expect(report.problem).toMatchObject({
      code: 'gpu.driver-hangs',
      message: 'The NVIDIA driver does not answer: no answer in 5 seconds.',
    });
    await expectNoneRunning(await hangingPids(1));
  });

  it('is ended even if it ignores being asked and has children of its own', async () => {
    const report = await read('hangs-stubbornly');
    expect(report.problem?.code).toBe('gpu.driver-hangs');
    const all = await hangingPids(2);
    await expectNoneRunning(all);
  });

  it('does not stop the rest of Offpeak meanwhile', async () => {
    let beats = 0;
    const heart = setInterval(() => (beats += 1), 20);
    await read('hangs', 1000);
    clearInterval(heart);
    expect(beats).toBeGreaterThan(5);
  });

  it('is let go at once when nobody waits for it any more', async () => {
    const stop = new AbortController();
    const reading = readCards({
      env: envWithFake('hangs-stubbornly', { pids }),
      timeoutMs: 60_000,
      signal: stop.signal,
    });
    reading.catch(() => undefined);
    const all = await hangingPids(2);
    stop.abort(new Error('the owner quit'));
    await expect(reading).rejects.toThrow('the owner quit');
    await expectNoneRunning(all);
  });

  it('is ended even when Offpeak itself is killed while it waits', async () => {
    const entry = new URL('./children/waiting-host.ts', import.meta.url);
    const host = spawn(process.execPath, [fileURLToPath(entry)], {
      env: envWithFake('hangs-stubbornly', { pids }),
      stdio: 'ignore',
    });
    const all = await hangingPids(2);
    host.kill('SIGKILL');
    await expectNoneRunning(all);
  });

  it('is not even asked when nobody waits from the start', async () => {
    const signal = AbortSignal.abort(new Error('the owner quit'));
    const reading = readCards({ env: envWithFake('hangs', { pids }), signal });
    await expect(reading).rejects.toThrow('the owner quit');
    expect(existsSync(pids)).toBe(false);
  });
});

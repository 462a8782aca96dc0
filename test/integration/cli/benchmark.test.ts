import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BenchmarkReport, MetricName } from '../../../app/contract/benchmark.ts';
import { buildFakeCuda, type Script, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';
import { offpeak, startRealHost } from '../../fakes/host/real-host.ts';

/* The real command and the real calls of the driver's library; the library is a fake. */

const reason = whyNoFakeCuda();
const Refused = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const home = (): string => mkdtempSync(join(tmpdir(), 'offpeak-benchmark-'));

describe.skipIf(reason !== null)(
  `offpeak benchmark${reason === null ? '' : ` (${reason})`}`,
  () => {
    const fake = reason === null ? buildFakeCuda() : () => ({});

    async function benchmark(script: Script, args: string[], env: Record<string, string> = {}) {
      const given = { OFFPEAK_HOME: home(), ...fake(script), ...env };
      const { code, stdout, stderr } = await offpeak(['benchmark', ...args, '--json'], given);
      return { code, document: JSON.parse(stdout) as unknown, stderr };
    }

    /** One kind of work; what was found wrong with it. */
    async function faultsOf(script: Script, metric: MetricName) {
      const { code, document } = await benchmark(script, ['--metric', metric]);
      const { metrics } = BenchmarkReport.parse(document);
      expect(metrics.map(({ name }) => name)).toEqual([metric]);
      expect(code).toBe(metrics[0]?.faults.count === 0 ? 0 : 1);
      return metrics[0]?.faults;
    }

    it('keeps every report, over updates, and shows them, newest first', async () => {
      const env = { OFFPEAK_HOME: home() };
      const before = await benchmark({}, ['--history'], env);
      expect(before).toMatchObject({ code: 0, document: { reports: [] } });
      for (const metric of ['fp32', 'memory-read']) await benchmark({}, ['--metric', metric], env);
      const { document } = await benchmark({}, ['--history'], env);
      const { reports } = z.object({ reports: z.array(BenchmarkReport) }).parse(document);
      const names = reports.map(({ metrics }) => metrics.map(({ name }) => name));
      expect(names).toEqual([['memory-read'], ['fp32']]);
      const other = await benchmark({}, ['--history', '--card', 'GPU-other'], env);
      expect(other.document).toEqual({ reports: [] });
    });

    it('measures all that a card can do, and every result is right', async () => {
      const { code, document, stderr } = await benchmark({}, []);
      const { card, metrics, left, verdict } = BenchmarkReport.parse(document);
      expect(code).toBe(0);
      expect(card).toMatchObject({
        name: 'Fake card 0',
        uuid: 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f',
        computeCapability: [8, 9],
        memoryClockMhz: 10_501,
        driverCuda: 12_080,
      });
      expect(left).toEqual([]);
      expect(['watch', 'unknown']).toContain(verdict);
      expect(metrics.map(({ name }) => name)).toEqual(MetricName.options);
      for (const { median, samples, faults } of metrics) {
        expect(faults).toEqual({ count: 0, wrongBits: 0, places: [] });
        expect(samples).toHaveLength(7);
        expect(median).toBeGreaterThan(0);
      }
      // 20 microseconds for a round of 16 blocks: 4 multiprocessors x 4.
      const fp32 = metrics.find(({ name }) => name === 'fp32');
      expect(fp32?.median).toBeCloseTo((16 * 65_536) / 20e-6 / 1e12, 2);
      expect(stderr.split('\n').filter((line) => line !== '')).toHaveLength(metrics.length);
    });

    it('says in words what came out, and exits with 1 when something was wrong', async () => {
      const env = { OFFPEAK_HOME: home(), ...fake({ wrongOnSm: 3 }) };
      const { code, stdout } = await offpeak(['benchmark', '--metric', 'int8'], env);
      expect(code).toBe(1);
      expect(stdout).toContain('wrong: multiprocessor 3');
      expect(stdout).toContain('RESULTS WERE WRONG');
    });

    it('names the multiprocessor that computes wrongly', async () => {
      const faults = await faultsOf({ wrongOnSm: 3 }, 'fp16-fp32');
      expect(faults?.places).toEqual(['multiprocessor 3']);
    });

    it('finds a cell of memory that does not keep what is written, and which bit', async () => {
      const found = await faultsOf({ badWord: 1000 }, 'memory-test');
      expect(found?.wrongBits).toBe(0x400);
      expect(found?.places).toContain('byte 0xfa0 of block 0');
      expect(await faultsOf({ badWord: 1000 }, 'memory-copy')).toMatchObject({ wrongBits: 0x400 });
      expect(await faultsOf({ badWord: 1000 }, 'pcie-to-card')).toMatchObject({ wrongBits: 0x400 });
    });

    it('finds a single wrong read, also where memory itself is right', async () => {
      expect((await faultsOf({ misread: 20 }, 'memory-read'))?.places).toEqual(['while reading']);
    });

    it.each([
      'memory-read',
      'memory-copy',
      'memory-test',
      'pcie-to-card',
      'pcie-from-card',
    ] as const)('does not believe a card that does nothing: %s', async (metric) => {
      expect((await faultsOf({ isLazy: 1 }, metric))?.places).toContain('the check itself');
    });

    it('does not believe a card that computes nothing', async () => {
      const { code, document } = await benchmark({ isLazy: 1 }, ['--metric', 'fp32']);
      expect(code).toBe(1);
      expect(Refused.parse(document).error).toMatchObject({
        code: 'benchmark.device-fault',
        message: expect.stringContaining('ends before it can have been done') as string,
      });
    });

    it.each([
      [{ failAt: 20, failWith: 700 }, '700 (illegal address)'],
      [{ failAt: 20, failWith: 214 }, '214 (uncorrectable memory error)'],
      [{ failAt: 1, failWith: 719 }, '719 (launch failed)'],
    ])('says what became of a card that stops working: %j', async (script, words) => {
      const { code, document } = await benchmark(script, ['--metric', 'fp32']);
      expect(code).toBe(1);
      const { error } = Refused.parse(document);
      expect(error.code).toBe('benchmark.device-fault');
      expect(error.message).toContain(words);
    });

    it.each([
      [{ init: 100 }, 'benchmark.no-device'],
      [{ init: 803 }, 'benchmark.driver-mismatch'],
      [{ init: 804 }, 'benchmark.driver-mismatch'],
      [{ retain: 46 }, 'benchmark.card-busy'],
    ])('knows why there is nothing to measure: %j is %s', async (script, code) => {
      const { code: exitCode, document } = await benchmark(script, ['--backend', 'cuda']);
      expect(exitCode).toBe(1);
      expect(Refused.parse(document).error.code).toBe(code);
    });

    it('says that there is no driver where there is none', async () => {
      const { document } = await benchmark({}, ['--backend', 'cuda'], { LD_LIBRARY_PATH: home() });
      expect(Refused.parse(document).error.code).toBe('benchmark.no-cuda');
    });

    it('measures the card that is named, whatever the order of CUDA', async () => {
      const second = 'GPU-10111213-1415-1617-1819-1a1b1c1d1e1f';
      const args = ['--metric', 'fp32', '--card'];
      const { document } = await benchmark({ cards: 2 }, [...args, second]);
      expect(BenchmarkReport.parse(document).card).toMatchObject({
        name: 'Fake card 1',
        uuid: second,
      });
      const other = await benchmark({ cards: 2 }, [...args, 'GPU-none']);
      expect(Refused.parse(other.document).error.code).toBe('benchmark.no-device');
    });

    it.each([
      [{ cc: 80 }, 'fp8-fp32', 'this card has no hardware for it'],
      [{ cc: 90 }, 'fp8-fp32', 'this card has no hardware for it'],
      [{ cc: 61 }, 'fp16-fp16', 'this card has no hardware for it'],
      [{ driver: 11_040 }, 'fp8-fp32', 'it needs a driver for CUDA 12.4; this one is for 11.4'],
      [{ refused: 222 }, 'fp8-fp32', 'the driver is too old for this kernel'],
      [{ memoryMib: 8 }, 'pcie-to-card', 'there is not enough free memory on the card'],
    ])('leaves out what cannot be done, with the reason: %j', async (script, metric, text) => {
      const { code, document } = await benchmark(script, ['--metric', metric]);
      const report = BenchmarkReport.parse(document);
      expect(report.left).toEqual([{ name: metric, reason: text }]);
      expect(code).toBe(0);
    });

    it.each([75, 120])('knows the kernels for compute capability %d', async (cc) => {
      const wishes = ['fp16-fp16', 'fp16-fp32', 'int8'].flatMap((name) => ['--metric', name]);
      const { document } = await benchmark({ cc }, wishes);
      const { metrics, left } = BenchmarkReport.parse(document);
      expect(left).toEqual([]);
      expect(metrics.map(({ faults }) => faults.count)).toEqual([0, 0, 0]);
    });

    it('names the kinds of work there are when asked for another', async () => {
      const { code, stderr } = await benchmark({}, ['--metric', 'speed']);
      expect(code).toBe(2);
      expect(stderr).toContain('memory-read, memory-copy, fp32');
    });

    it('stops at once when it is interrupted', async () => {
      const env = { ...process.env, OFFPEAK_HOME: home(), ...fake() };
      const cli = join(import.meta.dirname, '../../../main/cli.ts');
      const args = [cli, 'benchmark', '--metric', 'memory-read', '--metric', 'fp32'];
      const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
      let said = '';
      child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
      while (!said.includes('memory-read')) await sleep(20);
      child.kill('SIGINT');
      const code = await new Promise((resolve) => child.once('exit', resolve));
      const stoppedAt = Date.now();
      expect(code).toBe(1);
      expect(said).toContain('The benchmark was stopped.');
      // What was measured before is not measured again.
      const { code: end, stdout } = await offpeak(['benchmark', '--resume', '--json'], env);
      expect(end).toBe(0);
      const { metrics, startedAt } = BenchmarkReport.parse(JSON.parse(stdout));
      expect(metrics.map(({ name }) => name)).toEqual(['memory-read', 'fp32']);
      expect(startedAt).toBeLessThan(stoppedAt);
      const none = await offpeak(['benchmark', '--resume', '--json'], env);
      expect(none.code).toBe(1);
      expect(Refused.parse(JSON.parse(none.stdout)).error.code).toBe('benchmark.nothing-to-resume');
    });

    it('loads a card for longer where that is asked for, and says so', async () => {
      const env = { ...process.env, OFFPEAK_HOME: home(), ...fake() };
      const cli = join(import.meta.dirname, '../../../main/cli.ts');
      const args = [cli, 'benchmark', '--health', '--metric', 'fp32'];
      const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
      let said = '';
      child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
      while (!said.includes('under load')) await sleep(20);
      child.kill('SIGINT');
      await new Promise((resolve) => child.once('exit', resolve));
      expect(said).toMatch(/fp32 .*TFLOPS[^]*under load · 4 min to go/);
    });

    it('takes one level at a time', async () => {
      const { code, stderr } = await benchmark({}, ['--health', '--soak']);
      expect(code).toBe(2);
      expect(stderr).toContain('--health and --soak exclude each other');
      const other = await benchmark({}, ['--resume', '--metric', 'fp32']);
      expect(other.code).toBe(2);
      expect(other.stderr).toContain('Leave out --metric');
    });

    it('leaves the card alone while Offpeak lends it', async () => {
      const folder = home();
      const host = await startRealHost(folder);
      try {
        await expect
          .poll(
            async () => (await offpeak(['status', '--json'], { OFFPEAK_HOME: folder })).stdout,
            {
              timeout: 60_000,
              interval: 500,
            },
          )
          .toMatch(/"phase":"(available|working)"/);
        const { code, document } = await benchmark({}, [], { OFFPEAK_HOME: folder });
        expect(code).toBe(1);
        expect(Refused.parse(document).error.code).toBe('benchmark.card-busy');
      } finally {
        await host.stop();
      }
    });
  },
);

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/*
 * `npm test`: lint, types, format, unit, integration and e2e, one after the other, all of them
 * even when one fails. The closing line counts every check and every test.
 */

const root = join(import.meta.dirname, '..');
const out = mkdtempSync(join(tmpdir(), 'offpeak-test-'));

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const PlaywrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

const steps: readonly { name: string; run: () => Promise<Count> }[] = [
  { name: 'types', run: () => check('types') },
  { name: 'lint', run: () => check('lint') },
  { name: 'format', run: () => check('format') },
  { name: 'unit', run: () => vitest('unit', 'renderer') },
  { name: 'integration', run: () => vitest('integration') },
  { name: 'e2e', run: playwright },
];

const counts: Count[] = [];
for (const step of steps) {
  process.stdout.write(`\n== ${step.name}\n`);
  const count = await step.run();
  counts.push(count);
  process.stdout.write(`== ${step.name}: ${line(count)}\n`);
}
rmSync(out, { recursive: true, force: true });
const total = counts.reduce(add, { passed: 0, failed: 0, skipped: 0 });
process.stdout.write(`\n${line(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function check(script: string): Promise<Count> {
  const code = await command('npm', ['run', '-s', script]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function vitest(...projects: string[]): Promise<Count> {
  const report = join(out, `${projects.join('-')}.json`);
  const names = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await command('npx', ['vitest', 'run', ...names, ...reporters]);
  const read = readReport(VitestReport, report);
  if (!read) return { passed: 0, failed: 1, skipped: 0 };
  // A file that cannot be loaded has no failed test, and a clean report may hide a late crash.
  const failed = Math.max(read.numFailedTests, read.numFailedTestSuites > 0 ? 1 : 0);
  return {
    passed: read.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}

async function playwright(): Promise<Count> {
  const report = join(out, 'e2e.json');
  const code = await command('npm', ['run', '-s', 'test:e2e'], { OFFPEAK_E2E_REPORT: report });
  const read = readReport(PlaywrightReport, report)?.stats;
  if (!read) return { passed: 0, failed: 1, skipped: 0 };
  const failed = read.unexpected + read.flaky;
  return {
    passed: read.expected,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: read.skipped,
  };
}

function command(name: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(name, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function readReport<T>(schema: z.ZodType<T>, file: string): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A runner that crashed wrote no report: that is a failure, counted by the caller.
    return null;
  }
}

function add(a: Count, b: Count): Count {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

function line(count: Count): string {
  return `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
}

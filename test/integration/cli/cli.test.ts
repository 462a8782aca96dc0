import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CardReport } from '../../../app/contract/gpu.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { offpeak } from '../../fakes/host/real-host.ts';
import { envWithFake } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-cli-'));
const noEngine = await engineProblem();

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function job(ops: unknown): string {
  return JSON.stringify({ version: '0.1', type: 'container', ops });
}

const story = job([
  {
    type: 'container/run',
    id: 'write',
    args: { image: 'offpeak/practice-llm:1', cmd: ['--prompt', 'The sea', '--tokens', '24'] },
  },
]);

/** Runs a command that must print exactly one JSON document on standard output. */
async function json(args: string[], env: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'offpeak-home-'));
  const { code, stdout, stderr } = await offpeak([...args, '--json'], {
    OFFPEAK_HOME: home,
    ...env,
  });
  return { code, document: JSON.parse(stdout) as Record<string, unknown>, stderr, home };
}

describe('the command line', () => {
  it('explains itself, and calls bad usage by its exit code', async () => {
    expect(await offpeak(['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect((await offpeak(['--help'])).stdout).toContain('offpeak: lend');
    for (const bad of [[], ['nonsense'], ['jobs', '--nonsense'], ['validate'], ['run', 'a', 'b']]) {
      const answer = await offpeak(bad);
      expect(answer.code, bad.join(' ')).toBe(2);
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toMatch(/Usage|offpeak: /);
    }
  });

  it('names the flag that is wrong', async () => {
    const { code, document } = await json(['jobs', '--limit', 'many']);
    expect(code).toBe(2);
    expect(document).toMatchObject({
      error: { code: 'host.bad-usage', message: expect.stringContaining('--limit') as string },
    });
  });

  it('writes nothing into the home folder just to look', async () => {
    const { home } = await json(['jobs']);
    await offpeak(['status', '--json'], { OFFPEAK_HOME: home });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('offpeak validate', () => {
  it('prints the plan of a valid definition', async () => {
    const { code, document } = await json(['validate', file('story.json', story)]);
    expect(code).toBe(0);
    expect(document).toEqual({
      valid: true,
      errors: [],
      plan: { groups: [{ name: 'write', operations: ['write'] }] },
    });
  });

  it.each([
    ['that is empty', ''],
    ['that is not JSON', 'version: 0.1'],
    ['that is not an object', '[]'],
    [
      'with an unknown key',
      job([{ type: 'container/run', id: 'a', args: { image: 'x', gpus: 1 } }]),
    ],
    ['that is nested ten thousand deep', '['.repeat(10_000)],
    ['of 50 MB', Buffer.alloc(50 * 1024 * 1024, 32)],
  ])('refuses a definition %s', async (name, text) => {
    const { code, document } = await json(['validate', file(`${name.length}.json`, text)]);
    expect(code).toBe(1);
    expect(document).toMatchObject({ valid: false, plan: null });
    expect(document.errors).not.toEqual([]);
  });

  it('calls a file that cannot be read bad usage, and names it', async () => {
    const missing = join(folder, 'missing.json');
    const { code, document, stderr } = await json(['validate', missing]);
    expect(code).toBe(2);
    expect(JSON.stringify(document)).toContain(missing);
    expect(stderr).toContain('missing.json');
    expect((await json(['validate', folder])).code).toBe(2);
  });
});

/** An environment whose nvidia-smi prints a recording made on a real card. */
function fakeCard(recording: string): Record<string, string> {
  const corpus = join(import.meta.dirname, '..', '..', 'corpora', 'nvidia-smi');
  const env = envWithFake('ok', { file: join(corpus, recording) });
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

describe('offpeak gpus', () => {
  it('tells of a card as its driver does', async () => {
    const { code, document } = await json(['gpus'], fakeCard('rtx-4000-sff-ada-v13.xml'));
    expect(code).toBe(0);
    const report = CardReport.parse(document);
    expect(report.problem).toBeNull();
    expect(report.cards[0]?.name).toContain('RTX 4000');
    expect(Object.keys(document)).toEqual(['driver', 'cuda', 'cards', 'source', 'problem']);
  });

  it('tells who uses the cards when it is asked', async () => {
    const env = fakeCard('h200-v13.xml');
    const { document } = await json(['gpus', '--processes'], env);
    expect(CardReport.parse(document).processes).toMatchObject([{ pid: 1458, name: 'python3' }]);
    const { stdout } = await offpeak(['gpus', '--processes'], env);
    expect(stdout).toContain('1458 python3 (compute, 0.9 GiB)');
  });

  it('says what to do where there is no driver', async () => {
    const { code, document } = await json(['gpus'], { PATH: folder });
    expect(code).toBe(1);
    expect(CardReport.parse(document)).toMatchObject({
      driver: null,
      cards: [],
      problem: { code: 'gpu.driver-missing' },
    });
  });
});

describe('offpeak doctor', () => {
  it('checks what jobs need, each with a remedy where it is missing', async () => {
    const nowhere = { DOCKER_HOST: `unix://${folder}/no.sock`, PATH: folder };
    const { code, document } = await json(['doctor'], nowhere);
    const checks = document.checks as { name: string; ok: boolean; remedy: string | null }[];
    const names = ['engine', 'card', 'card-in-containers', 'network', 'disk'];
    expect(checks.map(({ name }) => name)).toEqual(names);
    for (const check of checks) expect(check.ok).toBe(check.remedy === null);
    expect(checks[1]?.ok).toBe(false);
    expect(code).toBe(checks.every(({ name, ok }) => ok || name === 'card') ? 0 : 1);
  });
});

describe('offpeak status', () => {
  it('says that nothing runs when nothing runs', async () => {
    const { code, document, home } = await json(['status']);
    expect(code).toBe(0);
    expect(document).toEqual({ running: false, phase: 'off' });
    writeFileSync(join(home, 'host.json'), '{"origin":"http://127.0.0.1:1","token":"x","pid":1}');
    const after = await offpeak(['status', '--json'], { OFFPEAK_HOME: home });
    expect(JSON.parse(after.stdout)).toEqual({ running: false, phase: 'off' });
  });
});

describe('offpeak jobs and earnings', () => {
  it('are empty before the first job', async () => {
    expect((await json(['jobs'])).document).toEqual({ jobs: [] });
    expect((await json(['earnings'])).document).toEqual({ networks: [] });
  });
});

/** A registry that has no image at all; engines speak plain HTTP to loopback. */
async function emptyRegistry(): Promise<{ name: string; close(): void }> {
  const server = createServer((request, response) => {
    if (request.url === '/v2/') return void response.writeHead(200).end('{}');
    const error = { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] };
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { name: `127.0.0.1:${port}`, close: () => server.close() };
}

// Real containers: needs an engine; the reason for a skip stands in the name.
describe.skipIf(noEngine !== null)(`offpeak run${noEngine ? `: skipped, ${noEngine}` : ''}`, () => {
  it('runs a definition and prints its result document, nothing else on stdout', async () => {
    const { code, document, stderr, home } = await json(['run', file('run.json', story)]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      status: 'success',
      secrets: {},
      opStates: [{ operationId: 'write', group: 'write', status: 'success', exitCode: 0 }],
    });
    expect(stderr).toContain('tokens/s');
    expect(existsSync(join(home, 'offpeak.db'))).toBe(false);
  });

  it('tells an image that does not exist from a program that fails', async () => {
    const registry = await emptyRegistry();
    const image = job([
      { type: 'container/run', id: 'a', args: { image: `${registry.name}/none:1`, cmd: ['x'] } },
    ]);
    const missing = await json(['run', file('image.json', image)]);
    registry.close();
    expect(missing.code).toBe(1);
    expect(missing.document).toMatchObject({
      status: 'failed',
      opStates: [{ operationId: 'a', errors: [{ event: 'image-pull-error' }] }],
    });
    const wrong = job([
      { type: 'container/run', id: 'a', args: { image: 'offpeak/practice-llm:1', cmd: ['--no'] } },
    ]);
    const failing = await json(['run', file('fails.json', wrong)]);
    expect(failing.code).toBe(1);
    expect(failing.document).toMatchObject({
      status: 'failed',
      opStates: [{ operationId: 'a', status: 'failed', exitCode: 2 }],
    });
  });

  it('refuses an invalid definition before anything is started', async () => {
    const { code, document } = await json(['run', file('bad.json', '{"version":"0.1"}')]);
    expect(code).toBe(1);
    expect(document).toMatchObject({ error: { code: 'jobs.definition-invalid' } });
  });
});

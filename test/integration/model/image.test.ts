import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFile } from '../../../build/model/model-file.ts';
import { generate, layOut } from '../../../build/model/reference.ts';
import { decode } from '../../../build/model/vocabulary.ts';
import { parseObject, readShippedFacts, readShippedModel } from '../../unit/model/shipped.ts';

const reference = 'offpeak/practice-llm:1';
const archive = new URL('../../../assets/practice/practice-image.tar', import.meta.url);

/** The strictest isolation that a job may meet: the practice job must do with it. */
const isolation = [
  ...['--network', 'none', '--cap-drop', 'ALL', '--read-only'],
  ...['--security-opt', 'no-new-privileges', '--pids-limit', '64', '--memory', '128m'],
];

const engine = docker('info', '--format', '{{.OSType}}/{{.Architecture}}');
const skipReason =
  engine.code !== 0
    ? 'no Docker engine answers'
    : engine.out.trim() === 'linux/x86_64'
      ? null
      : `the engine is ${engine.out.trim()}, the image is for linux/x86_64`;

describe('the practice image in a real engine', () => {
  let wasThere = true;
  beforeAll(() => {
    if (skipReason !== null) return;
    wasThere = docker('image', 'inspect', reference).code === 0;
    expect(docker('load', '--input', fileURLToPath(archive))).toMatchObject({ code: 0 });
  });
  afterAll(() => {
    if (!wasThere) docker('image', 'rm', reference);
  });

  it('is loaded under its name, with the id that the facts state', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const { imageId, manifestDigest } = readShippedFacts();
    const id = docker('image', 'inspect', '--format', '{{.Id}}', reference).out.trim();
    // The classic image store names an image by its config, the containerd store by its manifest.
    expect([imageId, manifestDigest]).toContain(id);
  });

  it('writes what the reference writes, locked up and without a network', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const { code, out } = run('--prompt', 'At night', '--seed', '6', '--tokens', '200', '--json');
    const tokens = written('At night', 6, 200);
    expect(code).toBe(0);
    expect(parseObject(out)).toMatchObject({ tokens, text: decode(vocabulary(), tokens) });
  });

  it('prints the same text twice for one seed, in lines, with the speed at the end', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const outputs = [1, 2].map(() => run('--seed', '11', '--tokens', '120').out);
    const texts = outputs.map((out) => out.split('\n\ntokens: ')[0]);
    expect(texts[0]).toBe(layOut(decode(vocabulary(), written('', 11, 120))));
    expect(texts[1]).toBe(texts[0]);
    expect(outputs[0]).toMatch(/\n\ntokens: 120 {2}seconds: [\d.]+ {2}tokens\/s: [\d.]+\n$/);
  });

  it('tells the engine by its exit code that it was asked for nonsense', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const { code, error } = run('--tokens', 'all');
    expect(code).toBe(2);
    expect(error).toContain('--tokens needs a whole number');
  });

  it('stops at the first request and hands over what is written', async ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const name = `offpeak-practice-image-test-${process.pid}`;
    const start = docker(
      ...['run', '--detach', '--name', name, ...isolation, reference],
      ...['--tokens', '1000000', '--pace', '100'],
    );
    expect(start.code).toBe(0);
    try {
      await expect.poll(() => docker('logs', name).out, { timeout: 30_000 }).toContain('\n');
      // The engine would end it with SIGKILL, exit code 137, only after this deadline.
      docker('stop', '-t', '60', name);
      const state = docker('inspect', '--format', '{{.State.ExitCode}}', name);
      expect(state.out.trim()).toBe('143');
      expect(docker('logs', name).out).toMatch(/tokens: \d+ {2}seconds: /);
    } finally {
      docker('rm', '--force', name);
    }
  });
});

function run(...options: string[]): { code: number | null; out: string; error: string } {
  return docker('run', '--rm', ...isolation, reference, ...options);
}

function docker(...options: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync('docker', options, {
    encoding: 'utf8',
    timeout: 100_000,
  });
  return { code: status, out: stdout, error: stderr };
}

function written(prompt: string, seed: number, count: number): number[] {
  const model = readModelFile(readShippedModel());
  return generate(model, prompt, count, { seed, temperature: 0.8, topK: 40 });
}

function vocabulary(): readonly string[] {
  return readModelFile(readShippedModel()).vocabulary;
}

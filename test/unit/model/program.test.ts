import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileProgram, readToolchain } from '../../../build/model/compile.ts';
import { readImageFiles } from '../../../build/model/image-archive.ts';
import { readModelFile } from '../../../build/model/model-file.ts';
import { generate, layOut } from '../../../build/model/reference.ts';
import type { Draw } from '../../../build/model/reference.ts';
import { decode, encode } from '../../../build/model/vocabulary.ts';
import { parseObject, readShippedArchive, readShippedModel } from './shipped.ts';

const room = mkdtempSync(join(tmpdir(), 'offpeak-model-test-'));
const modelPath = join(room, 'model.bin');
const model = readModelFile(readShippedModel());
const linux = process.platform === 'linux' && process.arch === 'x64';

beforeAll(() => {
  writeFileSync(modelPath, readShippedModel());
});
afterAll(() => {
  rmSync(room, { recursive: true });
});

const programs = [
  {
    name: 'compiled here',
    skipReason: readToolchain() === null ? 'there is no C compiler for Linux here' : null,
    make: (path: string): Promise<void> => {
      compileProgram(path);
      return Promise.resolve();
    },
  },
  {
    name: 'shipped in the image',
    skipReason: linux ? null : 'the shipped program runs on Linux x86-64 only',
    make: async (path: string): Promise<void> => {
      const files = await readImageFiles(readShippedArchive());
      writeFileSync(path, files.get('llm') ?? '', { mode: 0o755 });
    },
  },
];

const draws = [
  { prompt: '', seed: 1, temperature: 0.8, topK: 40, count: 160 },
  { prompt: 'At night the card', seed: 0, temperature: 0.8, topK: 40, count: 160 },
  { prompt: 'The moon', seed: 4_294_967_295, temperature: 0.35, topK: 8, count: 160 },
  { prompt: 'A machine "', seed: 77, temperature: 1.7, topK: 512, count: 160 },
  { prompt: 'caf\u00e9 #42', seed: 12, temperature: 10, topK: 4096, count: 64 },
  { prompt: 'The sea', seed: 3, temperature: 0, topK: 40, count: 160 },
  { prompt: 'Nell counted. '.repeat(60), seed: 9, temperature: 1, topK: 1, count: 24 },
];

describe.each(programs)('the program $name', ({ name, skipReason, make }) => {
  const path = join(room, name.replaceAll(' ', '-'));
  const run = (...options: string[]): { code: number | null; out: string; error: string } => {
    const { status, stdout, stderr } = spawnSync(path, ['--model', modelPath, ...options], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { code: status, out: stdout, error: stderr };
  };

  beforeAll(async () => {
    if (skipReason === null) await make(path);
  }, 60_000);

  it.for(draws)('writes what the reference writes, token by token: %j', (draw, { skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const numbers = [
      '--seed',
      draw.seed,
      '--tokens',
      draw.count,
      '--temperature',
      draw.temperature,
    ];
    const options = [...numbers, '--top-k', draw.topK, '--prompt', draw.prompt].map(String);
    const { code, out } = run('--json', ...options);
    const expected = referenceTokens(draw);
    expect(code).toBe(0);
    expect(parseObject(out)).toMatchObject({
      seed: draw.seed,
      prompt: decode(model.vocabulary, encode(model.vocabulary, draw.prompt)),
      text: decode(model.vocabulary, expected),
      tokens: expected,
      stopped: false,
    });
  });

  it('prints the prompt, the text in lines and then the speed', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const { code, out } = run('--prompt', 'The lighthouse', '--seed', '4', '--tokens', '150');
    const tokens = generate(model, 'The lighthouse', 150, { seed: 4, temperature: 0.8, topK: 40 });
    const [text = '', speed = ''] = out.split('\n\ntokens: ');
    expect(code).toBe(0);
    expect(text).toBe(layOut(`The lighthouse${decode(model.vocabulary, tokens)}`));
    expect(speed).toMatch(/^150 {2}seconds: \d+\.\d{3} {2}tokens\/s: \d+\.\d\n$/);
  });

  it('writes on when it is to last longer, and begins with the same text', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const short = parseObject(run('--json', '--tokens', '5').out);
    const long = parseObject(run('--json', '--tokens', '5', '--min-seconds', '0.2').out);
    expect(String(long['text']).startsWith(String(short['text']))).toBe(true);
    expect(String(long['text']).length).toBeGreaterThan(String(short['text']).length);
  });

  it('grows token by token at a given pace, and sums up when it is told to stop', async ({
    skip,
  }) => {
    skip(skipReason !== null, skipReason ?? '');
    const child = spawn(path, ['--model', modelPath, '--tokens', '1000000', '--pace', '50']);
    let out = '';
    const code = await new Promise((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.length > 20) child.kill('SIGTERM');
      });
      child.on('close', resolve);
    });
    expect(code).toBe(143);
    const written = Number(/tokens: (\d+) {2}seconds/.exec(out)?.[1]);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(1000);
  });

  it.for([
    [['--tokens', '0'], '--tokens needs a whole number from 1'],
    [['--tokens', '1.5'], '--tokens needs a whole number'],
    [['--tokens', 'many'], '--tokens needs a whole number'],
    [['--seed', '-1'], '--seed needs a whole number from 0'],
    [['--seed', '4294967296'], '--seed needs a whole number'],
    [['--temperature', '11'], '--temperature needs a number from 0 to 10'],
    [['--temperature', 'nan'], '--temperature needs a number'],
    [['--seed', ''], '--seed needs'],
    [['--seed'], '--seed needs a value'],
    [['--colour', 'red'], '--colour is not an option'],
    [['--prompt', 'x'.repeat(2001)], '--prompt is longer than 2000 bytes'],
  ] as const)('refuses %j and says why', ([options, problem], { skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const { code, out, error } = run(...options);
    expect(code).toBe(2);
    expect(error).toContain(`llm: ${problem}`);
    expect(error).toContain('usage: llm');
    expect(out).toBe('');
  });

  it('refuses a model file that is missing, cut off or damaged', ({ skip }) => {
    skip(skipReason !== null, skipReason ?? '');
    const whole = readShippedModel();
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(5000) ^ 1, 5000);
    writeFileSync(join(room, 'damaged'), damaged);
    writeFileSync(join(room, 'short'), whole.subarray(0, 5000));
    const problem = (name: string): string => run('--model', join(room, name)).error;
    expect(problem('damaged')).toContain('is damaged');
    expect(problem('short')).toContain('has another length');
    expect(problem('nowhere')).toContain('cannot be opened');
    expect(run('--model', join(room, 'nowhere')).code).toBe(1);
  });
});

/** Both programs are compared with the same tokens, which take a while: each list is generated once. */
const generated = new Map<object, number[]>();

function referenceTokens(draw: Draw & { prompt: string; count: number }): number[] {
  const before = generated.get(draw);
  if (before !== undefined) return before;
  const tokens = generate(model, draw.prompt, draw.count, draw);
  generated.set(draw, tokens);
  return tokens;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gatherCorpus } from './corpus.ts';
import { readModelFile, writeModelFile } from './model-file.ts';
import type { ModelSizes } from './model-file.ts';
import { decode, encode, learnVocabulary } from './vocabulary.ts';

/*
 * Trains the practice model from the text beside this file: `node build/model/train.ts [STEPS] [OUT]`.
 * Needs a C compiler and about four minutes of one core; writes assets/practice/model.bin.
 */
const sizes: ModelSizes = { width: 96, layers: 4, heads: 3, hidden: 384, window: 128 };
const vocabularySize = 512;
const unfoldedPassages = 4000;
const seed = 7;
const defaultSteps = 4000;

const [steps = String(defaultSteps), out = defaultOut()] = process.argv.slice(2);
const room = mkdtempSync(join(tmpdir(), 'offpeak-train-'));
try {
  const corpus = gatherCorpus(unfoldedPassages, seed);
  const vocabulary = learnVocabulary(corpus.train, vocabularySize);
  report('training text', corpus.train, writeTokens('train.tok', encode(vocabulary, corpus.train)));
  report(
    'held-out text',
    corpus.heldOut,
    writeTokens('held.tok', encode(vocabulary, corpus.heldOut)),
  );
  runTrainer();
  const bytes = readFileSync(join(room, 'weights'));
  const weights = new Float32Array(bytes.length / 4).map((_, index) =>
    bytes.readFloatLE(index * 4),
  );
  const file = writeModelFile({ sizes, vocabulary, weights });
  // Reading it back proves the count of weights before anything is overwritten.
  console.log(
    `${readModelFile(file).weights.length} weights, first piece ${JSON.stringify(decode(vocabulary, [0]))}`,
  );
  writeFileSync(out, file);
} finally {
  rmSync(room, { recursive: true });
}

function writeTokens(name: string, tokens: readonly number[]): number {
  const bytes = Buffer.alloc(tokens.length * 2);
  tokens.forEach((token, index) => bytes.writeUInt16LE(token, index * 2));
  writeFileSync(join(room, name), bytes);
  return tokens.length;
}

function runTrainer(): void {
  const source = fileURLToPath(new URL('train.c', import.meta.url));
  const program = join(room, 'train');
  const speed = ['-std=gnu11', '-O3', '-march=native', '-ffast-math'];
  execFileSync('cc', [...speed, '-o', program, source, '-lm'], { stdio: 'inherit' });
  const { width, layers, heads, hidden, window } = sizes;
  const numbers = [vocabularySize, width, layers, heads, hidden, window, steps, seed].map(String);
  const files = ['train.tok', 'held.tok', 'weights'].map((name) => join(room, name));
  execFileSync(program, [...files, ...numbers], { stdio: 'inherit' });
}

function report(name: string, text: string, tokens: number): void {
  console.log(`${name}: ${text.length} characters, ${tokens} tokens`);
}

function defaultOut(): string {
  return fileURLToPath(new URL('../../assets/practice/model.bin', import.meta.url));
}

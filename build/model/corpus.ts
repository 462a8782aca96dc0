import { readFileSync } from 'node:fs';
import { parseGrammar, writePassage } from './grammar.ts';
import { createRandomStream } from './random.ts';
import type { RandomStream } from './random.ts';

/** Training and held-out text: passages that each begin with a newline, and one newline at the end. */
export interface Corpus {
  readonly train: string;
  readonly heldOut: string;
}

/**
 * How often training text holds each handwritten passage: there are few of them beside the unfolded
 * ones, and their style is the one to learn.
 */
const handwrittenCopies = 3;

/** Gathers the handwritten passages and `unfolded` different ones from the grammar, in an order the seed fixes. */
export function gatherCorpus(unfolded: number, seed: number): Corpus {
  const random = createRandomStream(seed);
  const grammar = parseGrammar(readText('grammar.txt'));
  const own = new Set(handwritten());
  const passages = new Set(own);
  while (passages.size < own.size + unfolded) passages.add(writePassage(grammar, random));
  const shuffled = shuffle([...passages], random);
  // Every twentieth passage stays unseen, so that the measured loss is not a measure of memory.
  const seen = shuffled.filter((_, index) => index % 20 !== 0);
  const copies = seen.flatMap((text) =>
    Array<string>(own.has(text) ? handwrittenCopies : 1).fill(text),
  );
  return {
    train: join(shuffle(copies, random)),
    heldOut: join(shuffled.filter((_, index) => index % 20 === 0)),
  };
}

function handwritten(): string[] {
  return readText('passages.txt')
    .split('\n\n')
    .map((passage) => passage.trim().replaceAll('\n', ' '));
}

function readText(name: string): string {
  return readFileSync(new URL(`text/${name}`, import.meta.url), 'utf8');
}

function join(passages: readonly string[]): string {
  return passages.map((passage) => `\n${passage}`).join('') + '\n';
}

function shuffle(items: readonly string[], random: RandomStream): string[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

import { describe, expect, it } from 'vitest';
import { gatherCorpus } from '../../../build/model/corpus.ts';
import { readModelFile } from '../../../build/model/model-file.ts';
import { createRandomStream } from '../../../build/model/random.ts';
import { generate, layOut } from '../../../build/model/reference.ts';
import { decode } from '../../../build/model/vocabulary.ts';
import { readShippedModel } from './shipped.ts';

describe('what the shipped model writes', () => {
  const model = readModelFile(readShippedModel());
  const write = (seed: number, temperature: number, count = 60): string =>
    decode(model.vocabulary, generate(model, 'The card', count, { seed, temperature, topK: 40 }));

  it('is the same for the same seed', () => {
    expect(write(5, 0.8)).toBe(write(5, 0.8));
  });

  it('is another text for another seed', () => {
    const texts = [1, 2, 3, 4].map((seed) => write(seed, 0.8));
    expect(new Set(texts).size).toBe(4);
  });

  it('does not depend on the seed when it always takes the most likely token', () => {
    expect(write(1, 0)).toBe(write(2, 0));
  });

  it('does not change its beginning when more is asked for', () => {
    expect(write(3, 0.8, 120).startsWith(write(3, 0.8, 60))).toBe(true);
  });

  it('reads as words: nearly all of them stand in the training text too', () => {
    const known = new Set(words(gatherCorpus(4000, 7).train));
    const written = [1, 2, 3].flatMap((seed) => words(write(seed, 0.8, 200)).slice(1, -1));
    expect(written.length).toBeGreaterThan(250);
    expect(written.filter((word) => known.has(word)).length / written.length).toBeGreaterThan(0.97);
  });

  it('reads as sentences: a full stop every dozen words or so', () => {
    const text = write(9, 0.8, 300);
    const perSentence = words(text).length / (text.match(/[.?]/g)?.length ?? 0);
    expect(perSentence).toBeGreaterThan(4);
    expect(perSentence).toBeLessThan(16);
  });
});

describe('the printed layout', () => {
  it('breaks a line at the first space after 72 columns', () => {
    const lines = layOut('calm '.repeat(40)).split('\n');
    expect(lines.slice(0, 2).map((line) => line.length)).toEqual([74, 74]);
  });

  it('puts an empty line between passages and counts columns anew', () => {
    expect(layOut(`${'x'.repeat(80)}\n a b`)).toBe(`${'x'.repeat(80)}\n\n a b`);
  });
});

describe('the stream of random numbers', () => {
  it('is xorshift32 from a mixed seed: these numbers never change', () => {
    const random = createRandomStream(1);
    expect([random.next(), random.next(), random.next()]).toEqual([
      3090573325, 3553206358, 530670935,
    ]);
  });

  it('starts from every seed, the largest and zero too', () => {
    const firsts = [0, 1, 2, 4_294_967_295].map((seed) => createRandomStream(seed).next());
    expect(new Set(firsts).size).toBe(4);
    expect(firsts).not.toContain(0);
  });
});

function words(text: string): string[] {
  return text.match(/[A-Za-z]+/g) ?? [];
}

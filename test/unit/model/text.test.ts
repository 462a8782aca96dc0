import { describe, expect, it } from 'vitest';
import { gatherCorpus } from '../../../build/model/corpus.ts';
import { parseGrammar, writePassage } from '../../../build/model/grammar.ts';
import { createRandomStream } from '../../../build/model/random.ts';
import { decode, encode, learnVocabulary } from '../../../build/model/vocabulary.ts';

describe('the training text', () => {
  const corpus = gatherCorpus(400, 7);

  it('is the same for the same seed, and another for another', () => {
    expect(gatherCorpus(400, 7)).toEqual(corpus);
    expect(gatherCorpus(400, 8).train).not.toBe(corpus.train);
  });

  it('is plain English letters and a few marks, one passage a line', () => {
    expect(corpus.train).toMatch(/^[A-Za-z ,.:?"\n]+$/);
    for (const line of corpus.train.trim().split('\n')) expect(line).toMatch(/^["A-Z].*[.?"]$/);
  });

  it('has handwritten passages and unfolded ones, and no slot is left open', () => {
    expect(corpus.train + corpus.heldOut).toContain('The card lay quiet in its slot. The owner');
    expect(corpus.train).toContain('In the morning');
    expect(corpus.train).not.toMatch(/[{}|]/);
  });

  it('keeps every twentieth passage out of sight', () => {
    const seen = new Set(corpus.train.split('\n'));
    const heldOut = corpus.heldOut.trim().split('\n');
    expect(heldOut).toHaveLength(25);
    expect(heldOut.filter((passage) => seen.has(passage))).toEqual([]);
  });
});

describe('the grammar', () => {
  const write = (text: string, seed = 1): string =>
    writePassage(parseGrammar(text), createRandomStream(seed));

  it('keeps a person for the whole passage, with capital and pronoun', () => {
    const rules =
      'passage:\n  {Person} slept, and {person.2} snored.\nperson =\n  the cook|he\n  Ida|she';
    const passages = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => write(rules, seed));
    expect(new Set(passages)).toEqual(
      new Set(['The cook slept, and he snored.', 'Ida slept, and she snored.']),
    );
  });

  it('draws other rules anew at every use', () => {
    const rules = 'passage:\n  {n}{n}{n}{n}{n}{n}{n}{n}\nn:\n  a\n  b';
    expect(write(rules)).toMatch(/^(?=.*a)(?=.*b)[ab]{8}$/);
  });

  it('names the rule that is missing, and the line that is neither rule nor choice', () => {
    expect(() => parseGrammar('passage:\n  {owl}')).toThrow('no rule "owl"');
    expect(() => parseGrammar('# notes\nhello')).toThrow('line 2');
  });
});

describe('the vocabulary', () => {
  const vocabulary = learnVocabulary('\nthe sea, the sea and the shore', 20);

  it('holds every character, then the most frequent pieces', () => {
    expect(vocabulary).toHaveLength(20);
    expect(vocabulary.slice(0, 3)).toEqual(['\n', ' ', ',']);
    expect(vocabulary).toContain(' the');
  });

  it('takes the longest piece first and gives the text back', () => {
    const text = 'the sea and the shore\n';
    const tokens = encode(vocabulary, text);
    expect(decode(vocabulary, tokens)).toBe(text);
    expect(tokens.length).toBeLessThan(text.length / 1.3);
  });

  it('leaves out what it cannot say', () => {
    expect(decode(vocabulary, encode(vocabulary, 'the 7 séas!'))).toBe('the  sas');
    expect(encode(vocabulary, '')).toEqual([]);
  });

  it('says so when the text is too short for so many pieces', () => {
    expect(() => learnVocabulary('ab', 9)).toThrow('no 9 pieces');
  });
});

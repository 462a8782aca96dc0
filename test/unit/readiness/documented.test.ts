import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  DOCUMENTED_ADVICE as advice,
  DOCUMENTED_CARDS,
  DOCUMENTED_MINIMUM as least,
  DOCUMENTED_UBUNTU,
  EXAMPLE_DRIVER,
} from '../../../app/readiness/documented.ts';
import { costOf, SPEED_BUDGET } from '../../../app/readiness/measure-speed.ts';
import { rateWords, sizeWords } from '../../../app/readiness/words.ts';

const text = readFileSync('docs/requirements.md', 'utf8');
const row = (name: string) => text.split('\n').find((line) => line.startsWith(`| ${name} `));

it.each([
  ['System', DOCUMENTED_UBUNTU],
  ['Memory', sizeWords(least.memoryBytes)],
  ['Disk', sizeWords(least.diskTotalBytes)],
  ['Disk', sizeWords(advice.diskTotalBytes)],
  ['Free disk', sizeWords(least.diskFreeBytes)],
  ['Download', rateWords(least.downloadBitsPerSecond)],
  ['Download', rateWords(advice.downloadBitsPerSecond)],
  ['Upload', rateWords(least.uploadBitsPerSecond)],
  ['Upload', rateWords(advice.uploadBitsPerSecond)],
  ['Latency', `${advice.latencyMs} ms`],
  ['Driver', EXAMPLE_DRIVER],
])('tells users of %s what is judged by: %s', (name, words) => {
  expect(row(name)).toContain(` ${words} `);
});

it('lists the same cards, and what a measurement moves', () => {
  const listed = [...text.matchAll(/^- (.+)$/gm)].map(([, card]) => card);
  expect(listed).toEqual(DOCUMENTED_CARDS);
  expect(text).toContain(`${costOf(SPEED_BUDGET).maxBytes / 1e6} MB at most`);
});

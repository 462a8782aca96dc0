import { describe, expect, it } from 'vitest';
import { Readiness, type SpeedResult } from '../../../app/contract/readiness.ts';
import type { Facts } from '../../../app/readiness/facts.ts';
import { judge } from '../../../app/readiness/judge.ts';
import { aCard, aReport, someFacts, ubuntu } from '../../fakes/readiness/facts.ts';

const fast: SpeedResult = {
  at: 1,
  host: 'speed.example',
  downloadBitsPerSecond: 900e6,
  uploadBitsPerSecond: 400e6,
  latencyMs: 12,
  usedBytes: 1,
};

const wsl = someFacts({ platform: { ...ubuntu, wsl: true } });

describe('the verdict', () => {
  it('is Ready only when all that is required is known to be there', () => {
    const { verdict, headline } = judge(someFacts(), null, fast);
    expect(verdict).toBe('ready');
    expect(headline).toMatch(/^Ready: .*own test has the last word\.$/);
  });

  it('is Fixable while something is unknown, and names it', () => {
    const { verdict, headline } = judge(someFacts({ isolation: 'not-tried' }), null, null);
    expect(verdict).toBe('fixable');
    expect(headline).toBe(
      'Fixable (3): not known yet: download speed, upload speed and the isolation.',
    );
  });

  it('is Fixable while something is missing, told apart from what is unknown', () => {
    const facts = someFacts({ machine: { memoryBytes: 8e9 }, isolation: 'not-tried' });
    expect(judge(facts, null, fast).headline).toBe(
      'Fixable (2): not as asked: the memory; not known yet: the isolation.',
    );
  });

  it('is Practice only as soon as one thing cannot be mended, and says which', () => {
    const { verdict, headline, cards } = judge(wsl, null, fast);
    expect(verdict).toBe('practice-only');
    expect(headline).toMatch(/^Practice only\. The network takes hosts on native Linux only/);
    expect(cards.map((card) => card.verdict)).toEqual(['practice-only']);
  });

  it('is Practice only without a card', () => {
    const problem = { code: 'gpu.driver-missing', message: 'No driver.', remedy: 'Get one.' };
    const facts = someFacts({
      cards: { driver: null, cuda: null, cards: [], source: null, problem },
      cardsInContainers: { state: 'no-card' },
      machine: { cardsOnBus: 0 },
    });
    const { verdict, headline, cards } = judge(facts, null, fast);
    expect(verdict).toBe('practice-only');
    expect(headline).toContain('no NVIDIA card');
    expect(cards).toEqual([]);
  });

  it('never counts anything as met that was not measured', () => {
    const nothing: Facts = {
      machine: {
        platform: ubuntu,
        memoryBytes: null,
        diskTotalBytes: null,
        diskFreeBytes: null,
        cardsOnBus: null,
      },
      cards: { driver: null, cuda: null, cards: [], source: null, problem: null },
      engine: null,
      cardsInContainers: { state: 'not-checked' },
      isolation: 'not-tried',
    };
    const { requirements, verdict } = judge(nothing, null, null);
    expect(verdict).toBe('fixable');
    const met = requirements.filter((one) => one.verdict === 'met');
    expect(met.map(({ name }) => name)).toEqual(['platform']);
  });
});

describe('every requirement', () => {
  const problem = { code: 'x.y', message: 'It is broken.', remedy: 'Mend it.' };
  const moments: [string, Facts, SpeedResult | null][] = [
    ['all is well', someFacts(), fast],
    ['nothing is measured', someFacts({ isolation: 'not-tried', engine: null }), null],
    ['in WSL', wsl, fast],
    [
      'all is broken',
      someFacts({
        cards: { driver: null, cuda: null, cards: [], source: null, problem },
        engine: { ok: false, problem },
        cardsInContainers: { state: 'not-given', problem },
        isolation: 'broken',
        machine: { memoryBytes: 1e9, diskTotalBytes: 1e9, diskFreeBytes: 1e9 },
      }),
      { ...fast, downloadBitsPerSecond: 1e6, uploadBitsPerSecond: 1e6, latencyMs: 900 },
    ],
  ];

  it.each(moments)('has a remedy exactly when it is not met, when %s', (_, facts, speed) => {
    const { requirements, cards } = judge(facts, null, speed);
    const all = [...requirements, ...cards.flatMap((card) => card.requirements)];
    for (const one of all) {
      expect(one.remedy === null, one.name).toBe(one.verdict === 'met');
      if (one.verdict === 'unknown') expect(one.note, one.name).not.toBeNull();
      expect(one.measured === null && one.measuredValue !== null, one.name).toBe(false);
    }
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('fits the contract', () => {
    const judgement = judge(someFacts(), null, fast);
    const speed = {
      host: null,
      maxBytes: 1,
      maxSeconds: 1,
      step: null,
      last: fast,
      problem: null,
    };
    const whole = {
      ...judgement,
      measuredAt: 1,
      thresholdsFrom: { source: 'documentation', at: null },
      speed,
    };
    expect(Readiness.parse(whole)).toEqual(whole);
  });
});

describe('several cards', () => {
  const good = aCard('NVIDIA GeForce RTX 3060', { index: 0 });
  const odd = aCard('NVIDIA GeForce GTX 1070 Ti', { index: 1 });

  it('have a verdict each, and share what is asked of the computer', () => {
    const { verdict, headline, requirements, cards } = judge(
      someFacts({ cards: aReport(odd, good) }),
      null,
      fast,
    );
    expect(cards.map((card) => [card.name, card.verdict])).toEqual([
      ['NVIDIA GeForce GTX 1070 Ti', 'fixable'],
      ['NVIDIA GeForce RTX 3060', 'ready'],
    ]);
    expect(verdict).toBe('ready');
    expect(headline).toMatch(/^Best with card 0 \(NVIDIA GeForce RTX 3060\), of 2 cards\. Ready/);
    expect(requirements.filter(({ name }) => name === 'memory')).toHaveLength(1);
    expect(cards[0]?.requirements.map(({ name }) => name)).toEqual(['card', 'card-memory']);
  });

  it('are told that the documentation speaks of one', () => {
    const { cards } = judge(someFacts({ cards: aReport(good, { ...good, index: 1 }) }), null, fast);
    for (const card of cards) expect(card.requirements[0]?.note).toContain('one card per computer');
  });

  it('are one sentence when they are alike', () => {
    const both = someFacts({ cards: aReport(good, { ...good, index: 1 }) });
    expect(judge(both, null, fast).headline).toMatch(/^Ready/);
  });

  it('are all practice when what they share cannot be mended', () => {
    const facts = someFacts({ cards: aReport(good, odd), platform: { ...ubuntu, wsl: true } });
    const { verdict, headline } = judge(facts, null, fast);
    expect(verdict).toBe('practice-only');
    expect(headline).toMatch(/^Practice only/);
  });
});

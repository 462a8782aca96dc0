import { describe, expect, it } from 'vitest';
import type { Requirement, RequirementName, SpeedResult } from '../../../app/contract/readiness.ts';
import type { Facts } from '../../../app/readiness/facts.ts';
import { judge } from '../../../app/readiness/judge.ts';
import { isOlder, type Limits, type PublishedThresholds } from '../../../app/readiness/limits.ts';
import { aCard, aReport, someFacts } from '../../fakes/readiness/facts.ts';

const GB = 1e9;

const speed: SpeedResult = {
  at: 1,
  host: 'speed.example',
  downloadBitsPerSecond: 150e6,
  uploadBitsPerSecond: 60e6,
  latencyMs: 40,
  usedBytes: 1,
};

function published(
  everywhere: Partial<Limits>,
  markets: PublishedThresholds['markets'] = [],
): PublishedThresholds {
  return { at: 5, everywhere, markets };
}

function about(
  name: RequirementName,
  thresholds: PublishedThresholds,
  facts: Facts = someFacts(),
): Requirement {
  const { requirements, cards } = judge(facts, thresholds, speed);
  const all = [...requirements, ...(cards[0]?.requirements ?? [])];
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Nothing is asked about ${name}`);
  return found;
}

describe('a threshold that the network publishes', () => {
  it('goes before the documented one, and says so', () => {
    const download = about('download', published({ downloadBitsPerSecond: 200e6 }));
    expect(download).toMatchObject({
      verdict: 'fixable',
      asked: '200 Mb/s or more',
      askedValue: 200e6,
      source: 'network',
    });
    expect(download.note).toContain('its documentation says 100 Mb/s');
  });

  it('goes before it also when it asks for less', () => {
    const facts = someFacts({ machine: { memoryBytes: 9 * GB } });
    expect(about('memory', published({ memoryBytes: 8 * GB }), facts)).toMatchObject({
      verdict: 'met',
      asked: '8 GB or more',
    });
  });

  it('leaves the others to the documentation', () => {
    const thresholds = published({ downloadBitsPerSecond: 200e6 });
    expect(about('upload', thresholds)).toMatchObject({ source: 'documentation', verdict: 'met' });
  });

  it('says nothing about the documentation where the two agree', () => {
    const facts = someFacts();
    const memory = about('memory', published({ memoryBytes: 12 * GB }), facts);
    expect(memory).toMatchObject({ source: 'network', note: null });
  });

  it('is exact, where the documentation is rounded', () => {
    const facts = someFacts({ machine: { diskTotalBytes: 250 * GB } });
    expect(about('disk-total', published({}), facts).verdict).toBe('met');
    const exact = published({ diskTotalBytes: 256 * GB });
    expect(about('disk-total', exact, facts).verdict).toBe('fixable');
  });

  it('makes a requirement of a latency that was only recommended', () => {
    expect(about('latency', published({ latencyMs: 30 }))).toMatchObject({
      verdict: 'fixable',
      required: true,
      asked: '30 ms or less',
    });
    expect(judge(someFacts(), published({ latencyMs: 30 }), speed).verdict).toBe('fixable');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -5])('is none when it is %s', (nonsense) => {
    expect(about('memory', published({ memoryBytes: nonsense }))).toMatchObject({
      source: 'documentation',
      askedValue: 12 * GB,
    });
  });
});

describe('a driver that the network asks for', () => {
  it.each([
    [{ driver: '581' }, 'fixable', 'Driver 581 or newer'],
    [{ driver: '580.82.07' }, 'met', 'Driver 580.82.07 or newer'],
    [{ driver: '535', cuda: '13.1' }, 'fixable', 'Driver 535 and CUDA 13.1 or newer'],
    [{ cuda: '12.8' }, 'met', 'CUDA 12.8 or newer'],
  ] as const)('is compared part by part: %j', (limits, verdict, asked) => {
    expect(about('driver', published(limits))).toMatchObject({ verdict, asked, source: 'network' });
  });

  it('cannot be compared where the driver does not tell its CUDA', () => {
    const cards = { ...aReport(aCard('NVIDIA GeForce RTX 3060')), cuda: null };
    const driver = about('driver', published({ cuda: '12.8' }), someFacts({ cards }));
    expect(driver).toMatchObject({ verdict: 'unknown', measured: '580.82.07' });
    expect(driver.remedy).toContain('nvidia.com/drivers');
  });

  it('is none when it is no version', () => {
    expect(about('driver', published({ driver: 'latest' })).source).toBe('documentation');
  });

  it('is the newest of all that are asked for', () => {
    const market = { name: 'A', cards: ['RTX 3060'], limits: { driver: '560' } };
    expect(about('driver', published({ driver: '535' }, [market])).asked).toContain('560');
    expect(about('driver', published({ driver: '570' }, [market])).asked).toContain('570');
  });

  it('is older by numbers, not by letters', () => {
    expect(isOlder('470.256', '525')).toBe(true);
    expect(isOlder('1000', '525')).toBe(false);
    expect(isOlder('535', '535.0')).toBe(false);
    expect(isOlder('535.54', '535.104.05')).toBe(true);
  });
});

describe('a market', () => {
  const small = {
    name: 'NVIDIA 3060',
    cards: ['NVIDIA RTX 3060'],
    limits: { cardMemoryBytes: 12 * 1024 ** 3, downloadBitsPerSecond: 120e6 },
  };
  const large = {
    name: 'NVIDIA 4070 SUPER',
    cards: ['RTX 4070 SUPER'],
    limits: { cardMemoryBytes: 16 * GB, downloadBitsPerSecond: 300e6 },
  };
  const thresholds = published({ downloadBitsPerSecond: 110e6 }, [small, large]);

  it('that is published for a card tells more than the list of the documentation', () => {
    const facts = someFacts({ cards: aReport(aCard('NVIDIA GeForce RTX 4070 SUPER')) });
    expect(about('card', thresholds, facts)).toMatchObject({
      verdict: 'met',
      source: 'network',
      note: 'The network has a market for it: NVIDIA 4070 SUPER.',
    });
  });

  it('asks for memory of the card, which cannot be added', () => {
    expect(about('card-memory', thresholds)).toMatchObject({ verdict: 'met', source: 'network' });
    const facts = someFacts({ cards: aReport(aCard('NVIDIA GeForce RTX 4070 SUPER')) });
    expect(about('card-memory', thresholds, facts)).toMatchObject({
      verdict: 'unfixable',
      asked: '16 GB or more',
      measured: '12.8 GB',
    });
    expect(judge(facts, thresholds, speed).headline).toContain('less memory than its market asks');
  });

  it('cannot judge a card that does not tell its memory', () => {
    const card = aCard('NVIDIA GeForce RTX 3060', { memoryBytes: null });
    const facts = someFacts({ cards: aReport(card) });
    expect(about('card-memory', thresholds, facts)).toMatchObject({
      verdict: 'unknown',
      measured: null,
    });
  });

  it('goes before what is asked of every host', () => {
    expect(about('download', thresholds).askedValue).toBe(120e6);
    const other = someFacts({ cards: aReport(aCard('NVIDIA GeForce RTX 3090')) });
    expect(about('download', thresholds, other).askedValue).toBe(110e6);
  });

  it('of the most demanding card counts for what cards share', () => {
    const both = aReport(
      aCard('NVIDIA GeForce RTX 3060'),
      aCard('NVIDIA GeForce RTX 4070 SUPER', { index: 1 }),
    );
    expect(about('download', thresholds, someFacts({ cards: both })).askedValue).toBe(300e6);
  });

  it('counts for nothing while there is no card', () => {
    const cards = { driver: null, cuda: null, cards: [], source: null, problem: null };
    expect(about('download', thresholds, someFacts({ cards })).askedValue).toBe(110e6);
  });
});

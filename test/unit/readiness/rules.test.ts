import { describe, expect, it } from 'vitest';
import type { Requirement, RequirementName, SpeedResult } from '../../../app/contract/readiness.ts';
import type { Facts, PlatformFacts } from '../../../app/readiness/facts.ts';
import { judge } from '../../../app/readiness/judge.ts';
import { aCard, aReport, someFacts, ubuntu } from '../../fakes/readiness/facts.ts';

/** What is said about one thing that is asked, where the network publishes nothing. */
function about(name: RequirementName, facts: Facts, speed: SpeedResult | null = null): Requirement {
  const { requirements, cards } = judge(facts, null, speed);
  const all = [...requirements, ...(cards[0]?.requirements ?? [])];
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Nothing is asked about ${name}`);
  return found;
}

const problem = { code: 'x.y', message: 'It is broken.', remedy: 'Mend it.' };

describe('the system', () => {
  const on = (platform: Partial<PlatformFacts>) =>
    about('platform', someFacts({ platform: { ...ubuntu, ...platform } }));

  it('is as asked on Linux', () => {
    expect(on({})).toMatchObject({ verdict: 'met', measured: 'Ubuntu 22.04.4 LTS', note: null });
    expect(on({ version: '20.04' }).note).toBeNull();
  });

  it.each([
    { distribution: 'ubuntu', version: '18.04', name: 'Ubuntu 18.04' },
    { distribution: 'ubuntu', version: null, name: 'Ubuntu' },
    { distribution: 'debian', version: '12', name: 'Debian GNU/Linux 12' },
    { distribution: null, version: null, name: null },
  ])('is as asked, with the recommendation, on $name', (platform) => {
    expect(on(platform)).toMatchObject({
      verdict: 'met',
      note: 'The network recommends Ubuntu 20.04 or newer.',
      remedy: null,
    });
  });

  it('cannot be WSL, and says since when; practice works there', () => {
    const wsl = on({ wsl: true });
    expect(wsl).toMatchObject({ verdict: 'unfixable', measured: 'Ubuntu 22.04.4 LTS in WSL' });
    expect(wsl.note).toContain('native Linux only; those in WSL');
    expect(wsl.note).toContain('15 December 2025');
    expect(wsl.remedy).toContain('Practice works here.');
  });

  it('cannot be Windows, and does not promise a practice that there is none of', () => {
    const practiceProblem = 'The local chain does not exist for Windows.';
    const windows = on({ os: 'windows', name: 'Windows 11', practiceProblem });
    expect(windows).toMatchObject({ verdict: 'unfixable', measured: 'Windows 11' });
    expect(windows.note).toContain('Windows, with or without WSL, is no longer supported');
    expect(windows.remedy).toContain(practiceProblem);
    expect(windows.remedy).not.toContain('Practice works here');
  });

  it('cannot be anything else', () => {
    expect(on({ os: 'macos', name: null })).toMatchObject({
      verdict: 'unfixable',
      measured: 'macOS',
      note: 'The network takes hosts on native Linux only, not on macOS.',
    });
    expect(on({ os: 'other', name: null }).note).toContain('not on another system');
  });
});

describe('the driver', () => {
  it('has no oldest version that is published, and says so', () => {
    expect(about('driver', someFacts())).toMatchObject({
      verdict: 'met',
      asked: expect.stringContaining('no oldest one is named') as string,
      measured: '580.82.07 with CUDA 13.0',
      source: 'documentation',
      note: null,
    });
  });

  it('may be older than the one in the guide, which is worth a remark', () => {
    const cards = { ...aReport(aCard('NVIDIA GeForce RTX 3060')), driver: '470.256', cuda: null };
    const old = about('driver', someFacts({ cards }));
    expect(old).toMatchObject({ verdict: 'met', measured: '470.256' });
    expect(old.note).toContain('525');
  });

  it('that does not answer is mended as the cards say', () => {
    const cards = { driver: null, cuda: null, cards: [], source: null, problem };
    expect(about('driver', someFacts({ cards }))).toMatchObject({
      verdict: 'fixable',
      measured: null,
      note: 'It is broken.',
      remedy: 'Mend it.',
    });
  });

  it('that answers may still tell of a card that is broken', () => {
    const cards = { ...aReport(aCard('NVIDIA GeForce RTX 3060')), problem };
    expect(about('driver', someFacts({ cards }))).toMatchObject({
      verdict: 'fixable',
      measured: '580.82.07 with CUDA 13.0',
      note: 'It is broken.',
    });
  });

  it('is well when all it lacks is a card', () => {
    const noCard = { ...problem, code: 'gpu.no-card' };
    const cards = { ...aReport(), problem: noCard };
    expect(about('driver', someFacts({ cards })).verdict).toBe('met');
  });

  it('that says no version is not known', () => {
    const cards = { ...aReport(aCard('NVIDIA GeForce RTX 3060')), driver: null };
    const unknown = about('driver', someFacts({ cards }));
    expect(unknown.verdict).toBe('unknown');
    expect(unknown.remedy).toContain('nvidia.com/drivers');
  });
});

describe('the card', () => {
  const none = (code: string, cardsOnBus: number | null) =>
    about(
      'card',
      someFacts({
        cards: { driver: null, cuda: null, cards: [], source: null, problem: { ...problem, code } },
        machine: { cardsOnBus },
      }),
    );

  it('on the list is as asked', () => {
    expect(about('card', someFacts())).toMatchObject({
      verdict: 'met',
      measured: 'NVIDIA GeForce RTX 3060',
      note: null,
    });
  });

  it('that is a version of a listed one is not known, and nobody pretends', () => {
    const facts = someFacts({ cards: aReport(aCard('NVIDIA GeForce RTX 4070 SUPER')) });
    const card = about('card', facts);
    expect(card.verdict).toBe('unknown');
    expect(card.note).toContain('lists the RTX 4070, and does not say whether this version');
    expect(card.remedy).toContain('let the network test the card');
  });

  it('that is not on the list is not known either', () => {
    const card = about('card', someFacts({ cards: aReport(aCard('NVIDIA L40S')) }));
    expect(card.verdict).toBe('unknown');
    expect(card.note).toContain('not on the list');
  });

  it('is missing for good when the bus has none, whatever the driver says', () => {
    expect(none('gpu.driver-missing', 0)).toMatchObject({ verdict: 'unfixable', measured: 'none' });
    expect(none('gpu.no-card', 0).verdict).toBe('unfixable');
    expect(none('gpu.no-card', null).verdict).toBe('unfixable');
    expect(none('gpu.no-card', 0).remedy).toContain('Practice works here.');
  });

  it('waits for its driver when there is one on the bus, or nobody can say', () => {
    for (const card of [
      none('gpu.no-card', 1),
      none('gpu.driver-missing', 1),
      none('gpu.driver-missing', null),
      none('gpu.driver-hangs', null),
    ]) {
      expect(card).toMatchObject({ verdict: 'unknown', measured: null, remedy: 'Mend it.' });
    }
  });

  it('has no smallest memory that is published, and says so', () => {
    expect(about('card-memory', someFacts())).toMatchObject({
      verdict: 'met',
      asked: 'No smallest size is published',
      askedValue: null,
      measuredValue: 12 * 1024 ** 3,
    });
  });
});

describe('memory and disk', () => {
  const measured = (machine: Partial<Facts['machine']>, name: RequirementName) =>
    about(name, someFacts({ machine }));

  it('are compared in the units of the documentation', () => {
    expect(measured({ memoryBytes: 12e9 }, 'memory')).toMatchObject({
      verdict: 'met',
      asked: '12 GB or more',
      measured: '12 GB',
      unit: 'bytes',
      askedValue: 12e9,
      measuredValue: 12e9,
    });
    expect(measured({ memoryBytes: 11.99e9 }, 'memory')).toMatchObject({
      verdict: 'fixable',
      measured: '11.9 GB',
      remedy: 'Add memory to this computer.',
    });
  });

  it('count a disk by its label: one of 256 GB has room for a little less', () => {
    const label = measured({ diskTotalBytes: 238e9 }, 'disk-total');
    expect(label).toMatchObject({ verdict: 'met', measured: '238 GB' });
    expect(label.note).toBe('1 TB or more is recommended.');
    expect(measured({ diskTotalBytes: 1e12 }, 'disk-total').note).toBeNull();
    expect(measured({ diskTotalBytes: 229e9 }, 'disk-total').verdict).toBe('fixable');
  });

  it('want free space for what jobs fetch', () => {
    expect(measured({ diskFreeBytes: 25e9 }, 'disk-free').verdict).toBe('met');
    expect(measured({ diskFreeBytes: 24.9e9 }, 'disk-free')).toMatchObject({
      verdict: 'fixable',
      remedy: 'Delete what you no longer need on that disk.',
    });
  });

  it.each(['memory', 'disk-total', 'disk-free'] as const)('may not be known: %s', (name) => {
    const machine = { memoryBytes: null, diskTotalBytes: null, diskFreeBytes: null };
    expect(measured(machine, name)).toMatchObject({
      verdict: 'unknown',
      measured: null,
      note: 'The system does not say.',
    });
  });
});

describe('the connection', () => {
  const speed = (mbDown: number, mbUp: number, latencyMs: number): SpeedResult => ({
    at: 1,
    host: 'speed.example',
    downloadBitsPerSecond: mbDown * 1e6,
    uploadBitsPerSecond: mbUp * 1e6,
    latencyMs,
    usedBytes: 1,
  });
  const names = ['download', 'upload', 'latency'] as const;
  const verdicts = (measured: SpeedResult | null) =>
    names.map((name) => about(name, someFacts(), measured).verdict);

  it('is not known before it is measured, and says how', () => {
    expect(verdicts(null)).toEqual(['unknown', 'unknown', 'unknown']);
    const download = about('download', someFacts());
    expect(download.asked).toBe('100 Mb/s or more');
    expect(download.note).toContain('only when you ask');
    expect(download.remedy).toContain('--measure-network');
  });

  it('is as asked at the minimum, with what is recommended beside it', () => {
    const just = speed(100, 50, 99.2);
    expect(verdicts(just)).toEqual(['met', 'met', 'met']);
    expect(about('download', someFacts(), just)).toMatchObject({
      measured: '100 Mb/s',
      note: '500 Mb/s or more is recommended.',
      recommendedValue: 500e6,
    });
    expect(about('upload', someFacts(), just).note).toBe('250 Mb/s or more is recommended.');
    expect(about('download', someFacts(), speed(500, 250, 5)).note).toBeNull();
  });

  it('is too slow below it', () => {
    expect(verdicts(speed(99.9, 49.9, 5))).toEqual(['fixable', 'fixable', 'met']);
    const download = about('download', someFacts(), speed(99.9, 50, 5));
    expect(download.measured).toBe('99.9 Mb/s');
    expect(download.remedy).toContain('cable');
  });

  it('has a latency that is only recommended', () => {
    const slow = about('latency', someFacts(), speed(500, 250, 100.4));
    expect(slow).toMatchObject({
      verdict: 'fixable',
      required: false,
      asked: '100 ms or less is recommended',
      measured: '101 ms',
    });
    expect(judge(someFacts(), null, speed(500, 250, 180)).verdict).toBe('ready');
  });
});

describe('what Offpeak itself asks', () => {
  it('is an engine that answers', () => {
    expect(about('engine', someFacts())).toMatchObject({
      verdict: 'met',
      measured: 'Docker 28.2.2',
      source: 'offpeak',
    });
    const without = someFacts({ engine: { ok: false, problem } });
    expect(about('engine', without)).toMatchObject({ verdict: 'fixable', remedy: 'Mend it.' });
    expect(about('engine', someFacts({ engine: null })).verdict).toBe('unknown');
  });

  it('is a container that gets the card', () => {
    const seen = (cardsInContainers: Facts['cardsInContainers']) =>
      about('card-in-containers', someFacts({ cardsInContainers }));
    expect(seen({ state: 'given' }).verdict).toBe('met');
    expect(seen({ state: 'not-given', problem })).toMatchObject({
      verdict: 'fixable',
      note: 'It is broken.',
    });
    expect(seen({ state: 'no-card' }).verdict).toBe('unknown');
    expect(seen({ state: 'not-checked' }).note).toContain('no engine answers, or a job');
  });

  it('is an isolation that was tried, not believed', () => {
    const tried = (isolation: Facts['isolation']) => about('isolation', someFacts({ isolation }));
    expect(tried('proven').verdict).toBe('met');
    expect(tried('broken')).toMatchObject({ verdict: 'fixable' });
    expect(tried('not-tried')).toMatchObject({ verdict: 'unknown' });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { NvmlReading } from '../../../app/adapters/nvml/reader.ts';
import type { CardReport } from '../../../app/contract/gpu.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { CardReader } from '../../../app/gpu/card-reader.ts';
import type { CardOnBus } from '../../../app/platform/graphics-on-bus.ts';

const CARD = {
  ...blankCard({ index: 0, name: 'RTX 4070 Laptop', uuid: 'GPU-1' }),
  memoryBytes: 8e9,
  temperatureC: 50,
};
const WELL: NvmlReading = {
  kind: 'cards',
  driver: '580.1',
  cuda: '13.0',
  cards: [CARD],
  faults: [],
};
const AWAKE: CardOnBus = { address: '0000:01:00.0', isAsleep: false, maySleep: true };
const ASLEEP: CardOnBus = { ...AWAKE, isAsleep: true };
const DESKTOP: CardOnBus = { ...AWAKE, maySleep: false };

let bus: CardOnBus[] | null;
let answer: NvmlReading;
let known: { name: string; uuid: string | null } | null;
/** What was asked, in order. */
let asked: string[];
let reader: CardReader;

beforeEach(() => {
  [bus, answer, known, asked] = [[DESKTOP], WELL, null, []];
  reader = new CardReader({
    nvml: {
      read: ({ keep, processes }) => {
        asked.push(`nvml${keep ? ', kept' : ''}${processes === true ? ', users' : ''}`);
        return Promise.resolve(answer);
      },
      stop: () => asked.push('let go'),
    },
    smi: () => {
      asked.push('nvidia-smi');
      return Promise.resolve({ kind: 'missing', exitCode: null, text: '' });
    },
    bus: () => bus,
    known: () => known,
  });
});

async function read(keep = true): Promise<CardReport> {
  asked = [];
  return reader.read({ keep, signal: new AbortController().signal });
}

describe('a card that may sleep', () => {
  it('is never asked while it sleeps, and is shown as what it was', async () => {
    bus = [AWAKE];
    await read();
    bus = [ASLEEP];
    const report = await read();
    expect(asked).toEqual(['let go']);
    expect(report).toMatchObject({ driver: '580.1', source: null, problem: null });
    expect(report.cards).toEqual([
      { ...blankCard(CARD), memoryBytes: 8e9, temperatureC: null, isAsleep: true },
    ]);
  });

  it('is not held open while it is awake, or it could not fall asleep', async () => {
    bus = [AWAKE];
    await read();
    expect(asked).toEqual(['let go', 'nvml']);
    bus = [DESKTOP];
    await read();
    expect(asked).toEqual(['nvml, kept']);
  });

  it('that slept from the start has the name that the driver knows, or none', async () => {
    bus = [ASLEEP];
    expect((await read()).cards).toMatchObject([{ name: 'NVIDIA card', uuid: null }]);
    known = { name: 'NVIDIA GeForce RTX 4070 Laptop GPU', uuid: null };
    expect((await read()).cards).toMatchObject([{ ...known, isAsleep: true }]);
  });

  it('beside one that is awake: neither is read, and only one is said to sleep', async () => {
    bus = [ASLEEP, { ...DESKTOP, address: '0000:02:00.0' }];
    const { cards } = await read();
    expect(cards.map(({ isAsleep }) => isAsleep)).toEqual([true, false]);
    expect(asked).toEqual(['let go']);
  });
});

describe('what NVML found when it was opened', () => {
  it('is found anew when a card was plugged in or out', async () => {
    await read();
    await read();
    expect(asked).toEqual(['nvml, kept']);
    bus = [DESKTOP, { ...DESKTOP, address: '0000:02:00.0' }];
    await read();
    expect(asked).toEqual(['let go', 'nvml, kept']);
  });

  it('is read where there is no bus to look at', async () => {
    bus = null;
    expect((await read()).source).toBe('nvml');
  });
});

it('passes on that the users of the cards are asked for', async () => {
  const { signal } = new AbortController();
  asked = [];
  await reader.read({ keep: false, signal, processes: true });
  expect(asked).toEqual(['let go', 'nvml, users']);
});

describe('where NVML does not tell', () => {
  it.each<[NvmlReading, string, boolean]>([
    [{ kind: 'timed-out', text: 'no answer in 5 seconds' }, 'gpu.driver-hangs', false],
    [{ kind: 'failed', status: 9 }, 'gpu.driver-not-running', false],
    [{ kind: 'failed', status: 18 }, 'gpu.driver-mismatch', false],
    [{ kind: 'failed', status: 999 }, 'gpu.driver-missing', true],
    [{ kind: 'crashed', text: 'a bug' }, 'gpu.driver-missing', true],
    [{ kind: 'no-library' }, 'gpu.driver-missing', true],
  ])('%j: is %s, nvidia-smi asked: %s', async (reading, code, isAsked) => {
    answer = reading;
    expect((await read()).problem?.code).toBe(code);
    expect(asked.includes('nvidia-smi')).toBe(isAsked);
  });

  it('because there is no such library, it is not looked for each time', async () => {
    answer = { kind: 'no-library' };
    await read();
    await read();
    expect(asked).toEqual(['nvidia-smi']);
    for (let n = 0; n < 19; n++) await read();
    answer = WELL;
    expect((await read()).source).toBe('nvml');
  });

  it('of any card, that is said', async () => {
    answer = { ...WELL, cards: [] };
    expect((await read()).problem?.code).toBe('gpu.no-card');
  });

  it('of a card that left the bus, that is said beside the others', async () => {
    answer = { ...WELL, faults: [{ index: 0, kind: 'lost' }] };
    expect(await read()).toMatchObject({
      cards: [{ index: 0 }],
      problem: { code: 'gpu.card-lost', message: expect.stringContaining('Card 0') as string },
    });
  });
});

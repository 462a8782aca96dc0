import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeviceFacts, Metric } from '../../../../app/contract/benchmark.ts';
import {
  decodeRate,
  forecastOf,
  neededBytes,
  prefillRate,
} from '../../../../app/benchmark/forecast/forecast.ts';
import { type LanguageModel, MODELS } from '../../../../app/benchmark/forecast/models.ts';
import { facts, metric, unscored } from '../../../fakes/benchmark/reports.ts';

const Corpus = z.object({
  doesNotFit: z.array(z.tuple([z.string(), z.string(), z.number()])),
  cards: z.record(
    z.string(),
    z.object({
      gigabytesPerSecond: z.number(),
      memoryGiB: z.number(),
      multiprocessors: z.number(),
      boostGHz: z.number(),
      hasErrorCorrection: z.boolean(),
    }),
  ),
  measurements: z.array(
    z.object({
      card: z.string(),
      model: z.string(),
      quantization: z.string(),
      decode: z.record(z.string(), z.number()),
      prefill512: z.number(),
      outlier: z.string().optional(),
    }),
  ),
});

const file = join(import.meta.dirname, '../../../corpora/forecast/llama-3.json');
const corpus = Corpus.parse(JSON.parse(readFileSync(file, 'utf8')));

/** Llama 3 and its successors of the same size have the same shape. */
function modelOf(size: number, quantization: string): LanguageModel {
  const found = MODELS.find(
    (model) =>
      model.name.endsWith(` ${size}B`) &&
      model.name.startsWith('Llama') &&
      model.quantization === quantization,
  );
  if (!found) throw new Error(`no model of ${size}B`);
  return found;
}

function sizeOf(name: string): number {
  return Number(/(\d+)B/.exec(name)?.[1]);
}

function cardOf(name: string) {
  const card = corpus.cards[name];
  if (!card) throw new Error(`no card ${name}`);
  return card;
}

/** What our own kernel would have measured on a healthy card. */
function readOf(name: string): number {
  const { gigabytesPerSecond, hasErrorCorrection } = cardOf(name);
  return gigabytesPerSecond * 1e9 * 0.93 * (hasErrorCorrection ? 0.94 : 1);
}

describe('the forecast of decoding, against what others published', () => {
  const errors = corpus.measurements.flatMap(({ card, model, quantization, decode }) =>
    Object.entries(decode).map(([tokens, measured]) => {
      // From an empty context on: half of the tokens are there on average.
      const rate = decodeRate(
        modelOf(sizeOf(model), quantization),
        readOf(card),
        Number(tokens) / 2,
      );
      return { what: `${card}, ${model} ${quantization}, ${tokens}`, error: rate / measured - 1 };
    }),
  );

  it('is as far off as it says', () => {
    expect(corpus.measurements.length).toBeGreaterThanOrEqual(25);
    expect(errors).toHaveLength(103);
    const square = errors.reduce((sum, { error }) => sum + error ** 2, 0) / errors.length;
    expect(Math.sqrt(square)).toBeLessThan(0.06);
    const worst = errors.toSorted((one, other) => Math.abs(other.error) - Math.abs(one.error))[0];
    expect(Math.abs(worst?.error ?? 1), worst?.what).toBeLessThan(0.21);
  });

  it('holds nearly all of them in its range', () => {
    const outside = errors.filter(({ error }) => 1 / (1 + error) < 0.85 || 1 / (1 + error) > 1.15);
    expect(outside.map(({ what }) => what).length).toBeLessThanOrEqual(4);
  });
});

describe('the forecast of reading a prompt', () => {
  it('holds what others published of models of this size, but for what is said to be odd', () => {
    const small = corpus.measurements.filter(
      ({ model, outlier }) => sizeOf(model) === 8 && outlier === undefined,
    );
    const outside = small.filter(({ card, model, quantization, prefill512 }) => {
      const { multiprocessors, boostGHz } = cardOf(card);
      const fp16 = multiprocessors * 1_024 * boostGHz * 1e9;
      const named = facts({ name: card });
      const { low, high } = prefillRate(modelOf(sizeOf(model), quantization), fp16, named);
      return prefill512 < low * 0.99 || prefill512 > high * 1.01;
    });
    expect(outside).toEqual([]);
    expect(small.length).toBeGreaterThan(20);
  });
});

describe('whether a model fits', () => {
  it('agrees with what was run', () => {
    for (const { card, model, quantization } of corpus.measurements) {
      const needed = neededBytes(modelOf(sizeOf(model), quantization));
      expect(needed, `${model} ${quantization} on ${card}`).toBeLessThanOrEqual(
        cardOf(card).memoryGiB * 1024 ** 3,
      );
    }
  });

  it('agrees with what could not be run', () => {
    for (const [card, quantization, size] of corpus.doesNotFit) {
      const needed = neededBytes(modelOf(size, quantization));
      expect(needed).toBeGreaterThan(cardOf(card).memoryGiB * 1024 ** 3);
    }
  });
});

describe('a forecast', () => {
  const measured: Metric[] = [
    metric('memory-read', 937),
    metric('fp16-fp16', 320),
    metric('fp16-fp32', 160),
  ];
  const of = (card: Partial<DeviceFacts> = {}, metrics = measured) =>
    forecastOf(
      facts(card),
      metrics.map((one) => unscored(one)),
    );

  it('of an RTX 4090 names models, as ranges around what is likely', () => {
    const { why, models, sdxlStepsPerSecond } = of();
    expect(why).toBeNull();
    const small = models.find(
      ({ name, quantization }) => name === 'Llama 3.1 8B' && quantization === 'Q4_K_M',
    );
    expect(small?.fits).toBe(true);
    expect(small?.decodePerSecond?.likely).toBeGreaterThan(110);
    expect(small?.decodePerSecond?.likely).toBeLessThan(135);
    expect(small?.prefillPerSecond?.likely).toBeGreaterThan(7_000);
    // 5.6 to 7.6 steps a second are published.
    expect(sdxlStepsPerSecond?.low).toBeLessThan(5.6);
    expect(sdxlStepsPerSecond?.high).toBeGreaterThan(7.6);
    const large = models.find(({ name }) => name === 'Llama 3.3 70B');
    expect(large).toMatchObject({ fits: false, decodePerSecond: null, prefillPerSecond: null });
    for (const { decodePerSecond: range } of models) {
      if (range === null) continue;
      expect(range.low).toBeLessThan(range.likely);
      expect(range.high).toBeGreaterThan(range.likely);
    }
  });

  it('follows what was measured: a slow memory makes tokens slowly', () => {
    const slow = of({}, [metric('memory-read', 468)]);
    const [usual] = of().models;
    expect(slow.models[0]?.decodePerSecond?.likely).toBeLessThan(
      usual?.decodePerSecond?.likely ?? 0,
    );
    expect(slow.models[0]?.prefillPerSecond).toBeNull();
    expect(slow.sdxlStepsPerSecond).toBeNull();
  });

  it.each<[string, Partial<DeviceFacts>, Metric[]]>([
    ['a processor', { kind: 'cpu' }, measured],
    ['a card for data centres', { name: 'NVIDIA H200', computeCapability: [9, 0] }, measured],
    ['a card of before 2020', { computeCapability: [7, 5] }, measured],
    ['a card of another maker', { computeCapability: null }, measured],
    [
      'a card that computes wrongly',
      {},
      [metric('fp32', 80, { faults: { count: 1, wrongBits: 1, places: ['multiprocessor 3'] } })],
    ],
  ])('is not made for %s, and says why', (_what, card, metrics) => {
    const forecast = of(card, metrics);
    expect(forecast.models).toEqual([]);
    expect(forecast.why).not.toBeNull();
  });

  it('never promises more than the memory can give', () => {
    for (const model of MODELS) {
      const roof = 937e9 / (model.bytes - model.tableBytes);
      expect(decodeRate(model, 937e9, 0)).toBeLessThan(roof);
    }
  });
});

import type {
  DeviceFacts,
  Forecast,
  MetricName,
  Range,
  ScoredMetric,
} from '../../contract/benchmark.ts';
import { type LanguageModel, MODELS } from './models.ts';

/*
 * What a card would do for one user, from what was measured. The numbers of the formulas are fitted to
 * published measurements, which are a test (test/corpora/forecast): llama.cpp of May 2024.
 */

/** Of the measured reading of memory, while weights are read. */
const READING = 0.99;
/** Seconds of a layer that no bandwidth shortens. */
const LAYER_S = 90e-6;
/** Keys and values are read half as well as weights. */
const CONTEXT_FACTOR = 2;
/** So many tokens are in the context, and room is left for so many. */
const CONTEXT = 2_048;
const CONTEXT_ROOM = 4_096;
/** What llama.cpp and the driver take besides. */
const BESIDES_BYTES = 0.5e9;
/** The formula is off by 6 % (root mean square) and by 20 % at worst, on 103 measurements. */
const DECODE_ERROR = 0.15;

/** Of the measured FP16 rate, reading a prompt of 512 tokens: lowest, middle and highest published. */
const PREFILL = {
  Q4_K_M: { geforce: [0.32, 0.41, 0.47], board: [0.23, 0.33, 0.44] },
  F16: { geforce: [0.42, 0.47, 0.56], board: [0.27, 0.42, 0.44] },
} as const;

/** Operations of one step of SDXL at 1024 × 1024 with guidance, counted from its architecture. */
const SDXL_STEP = 13.5e12;
/** Of the measured rate; 0.38 to 0.85 is published for GeForce cards, by software alone. */
const SDXL = [0.36, 0.55, 0.74] as const;

/** Cards of other kinds are off by up to 70 %. */
const FITTED: readonly string[] = ['8.6', '8.9', '12.0'];

/** Tokens and images per second, as ranges; null with the reason where nothing can be said. Pure. */
export function forecastOf(card: DeviceFacts, metrics: readonly ScoredMetric[]): Forecast {
  const why = whyNone(card, metrics);
  if (why !== null) return { why, models: [], sdxlStepsPerSecond: null };
  const measured = (name: MetricName, unit: number): number | null => {
    const found = metrics.find((metric) => metric.name === name);
    return found && found.samples.length > 0 ? found.median * unit : null;
  };
  const read = measured('memory-read', 1e9);
  const fp16 = measured('fp16-fp16', 1e12);
  const sums = measured('fp16-fp32', 1e12);
  return {
    why: null,
    models: MODELS.map((model) => {
      const fits = neededBytes(model) <= card.memoryBytes;
      return {
        name: model.name,
        quantization: model.quantization,
        contextTokens: CONTEXT,
        fits,
        decodePerSecond:
          fits && read !== null ? around(decodeRate(model, read, CONTEXT), DECODE_ERROR) : null,
        prefillPerSecond: fits && fp16 !== null ? prefillRate(model, fp16, card) : null,
      };
    }),
    sdxlStepsPerSecond: sums === null ? null : scaled(SDXL, sums / SDXL_STEP),
  };
}

function whyNone(card: DeviceFacts, metrics: readonly ScoredMetric[]): string | null {
  if (card.kind === 'cpu') return 'a processor is no card';
  if (metrics.some(({ faults }) => faults.count > 0)) return 'results were wrong';
  const capability = card.computeCapability?.join('.') ?? '';
  if (FITTED.includes(capability)) return null;
  return 'there are too few published measurements of such cards to go by';
}

/** Tokens per second for one user; `readPerSecond` as measured, bytes. Pure. */
export function decodeRate(model: LanguageModel, readPerSecond: number, context: number): number {
  const bytes = model.bytes - model.tableBytes + CONTEXT_FACTOR * model.contextBytes * context;
  return 1 / (LAYER_S * model.layers + bytes / (READING * readPerSecond));
}

/** Memory that the model takes with its context. Pure. */
export function neededBytes(model: LanguageModel): number {
  return model.bytes + model.contextBytes * CONTEXT_ROOM + BESIDES_BYTES;
}

/** Tokens per second of a prompt; `fp16` as measured, operations per second. Pure. */
export function prefillRate(model: LanguageModel, fp16: number, { name }: DeviceFacts): Range {
  const shares = PREFILL[model.quantization][/GeForce|TITAN/i.test(name) ? 'geforce' : 'board'];
  return scaled(shares, fp16 / (2 * model.parameters));
}

function around(likely: number, error: number): Range {
  return { low: likely * (1 - error), likely, high: likely * (1 + error) };
}

function scaled([low, likely, high]: readonly [number, number, number], by: number): Range {
  return { low: low * by, likely: likely * by, high: high * by };
}

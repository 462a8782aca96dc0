import type { Model, ModelSizes } from './model-file.ts';
import { createRandomStream } from './random.ts';
import { encode } from './vocabulary.ts';

/** How to draw the next token; temperature 0 always takes the most likely one. */
export interface Draw {
  readonly seed: number;
  readonly temperature: number;
  readonly topK: number;
}

/*
 * The same model as transformer.c, step for step. A float32 sum, product, quotient or square root that is
 * computed in double and rounded once is the float32 result exactly (Figueroa 1995: 53 >= 2 * 24 + 2), so
 * with the same order of sums both programs hold the same bits. A store to a Float32Array also rounds.
 */
const f32 = Math.fround;

/** Generates `count` tokens after the prompt (token 0 stands before it), as llm.c does with the same numbers. */
export function generate(model: Model, prompt: string, count: number, draw: Draw): number[] {
  const run = startRun(model);
  const random = createRandomStream(draw.seed);
  const tokens: number[] = [];
  let logits = run(0);
  for (const token of encode(model.vocabulary, prompt)) logits = run(token);
  while (tokens.length < count) {
    const token = chooseToken(logits, draw, random.next());
    tokens.push(token);
    // The last token's successors are never asked for.
    if (tokens.length < count) logits = run(token);
  }
  return tokens;
}

/**
 * Lays text out as the program prints it: an empty line between passages, and line breaks in place of
 * the first space after 72 columns.
 */
export function layOut(text: string): string {
  let column = 0;
  return text.replaceAll(/[^]/g, (character) => {
    const breaks = character === '\n' || (character === ' ' && column >= 72);
    column = breaks ? 0 : column + 1;
    return character === '\n' ? '\n\n' : breaks ? '\n' : character;
  });
}

interface LayerWeights {
  readonly norm1: Float32Array;
  readonly qkv: Float32Array;
  readonly out: Float32Array;
  readonly norm2: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
  /** Keys and values of the last `window` positions, [window][width]. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** Returns a function that takes one token and gives the logits of its successor. */
function startRun(model: Model): (token: number) => Float32Array {
  const { sizes, vocabulary } = model;
  const { width, hidden, window } = sizes;
  const take = cutter(model.weights);
  const embedding = take(width * vocabulary.length);
  const layers = Array.from({ length: sizes.layers }, (): LayerWeights => ({
    norm1: take(width),
    qkv: take(width * 3 * width),
    out: take(width * width),
    norm2: take(width),
    up: take(width * hidden),
    down: take(hidden * width),
    keys: new Float32Array(window * width),
    values: new Float32Array(window * width),
  }));
  const last = take(width);
  let position = 0;
  return (token) => {
    const stream = Float32Array.from({ length: width }, (_, i) =>
      at(embedding, i * vocabulary.length + token),
    );
    for (const layer of layers) {
      const qkv = multiply(norm(stream, layer.norm1), layer.qkv, 3 * width);
      addTo(stream, multiply(attend(layer, qkv, position, sizes), layer.out, width));
      const up = multiply(norm(stream, layer.norm2), layer.up, hidden);
      addTo(
        stream,
        multiply(
          up.map((x) => (x > 0 ? x * x : 0)),
          layer.down,
          width,
        ),
      );
    }
    position += 1;
    return multiply(norm(stream, last), embedding, vocabulary.length);
  };
}

/**
 * Causal attention over the last `window` positions, which lie in a ring of slots and are added up in
 * the order of the slots. Distance costs score (ALiBi, Press et al. 2021): head h pays 4^-(h+1) a step.
 */
function attend(
  layer: LayerWeights,
  qkv: Float32Array,
  position: number,
  sizes: ModelSizes,
): Float32Array {
  const { width, heads, window } = sizes;
  const size = width / heads;
  const now = position % window;
  const filled = Math.min(position + 1, window);
  layer.keys.set(qkv.subarray(width, 2 * width), now * width);
  layer.values.set(qkv.subarray(2 * width), now * width);
  const scale = f32(1 / f32(Math.sqrt(size)));
  const mixed = new Float32Array(width);
  for (let head = 0; head < heads; head += 1) {
    const slope = 1 / (1 << (2 * (head + 1)));
    const scores = Float32Array.from({ length: filled }, (_, slot) => {
      const distance = (now + window - slot) % window;
      const match = dot(qkv, head * size, layer.keys.subarray(slot * width + head * size), size);
      return f32(match * scale) - f32(slope * distance);
    });
    for (const [slot, share] of softmax(scores).entries()) {
      for (let d = head * size; d < (head + 1) * size; d += 1) {
        mixed[d] = at(mixed, d) + f32(share * at(layer.values, slot * width + d));
      }
    }
  }
  return mixed;
}

/** Draws one token from the `topK` best: 24 bits of `bits` pick a place on the line of their shares. */
function chooseToken(logits: Float32Array, draw: Draw, bits: number): number {
  const ranked = [...logits.keys()].sort((a, b) => at(logits, b) - at(logits, a) || a - b);
  const best = ranked[0] ?? 0;
  if (draw.temperature === 0) return best;
  const temperature = f32(draw.temperature);
  const kept = ranked.slice(0, draw.topK);
  const shares = kept.map((token) =>
    exp(f32(f32(at(logits, token) - at(logits, best)) / temperature)),
  );
  const mark = f32(
    f32((bits >>> 8) / (1 << 24)) * shares.reduce((sum, share) => f32(sum + share), 0),
  );
  let sum = 0;
  for (const [rank, token] of kept.entries()) {
    sum = f32(sum + (shares[rank] ?? 0));
    if (sum > mark) return token;
  }
  return best;
}

function softmax(scores: Float32Array): Float32Array {
  const best = scores.reduce((a, b) => Math.max(a, b));
  const powers = scores.map((score) => exp(f32(score - best)));
  const sum = powers.reduce((a, b) => f32(a + b), 0);
  return powers.map((power) => power / sum);
}

// e^x = 2^n * e^r with |r| <= ln 2 / 2; the constants are those of Cephes expf (Moshier 1992).
const log2e = f32(1.4426950408889634);
const ln2High = f32(0.693359375);
const ln2Low = f32(-2.1219444e-4);
const series = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
].map(f32);

/** 2^0, 2^-1, ... 2^-126, by halving: Math.pow promises no exact result. */
const halves = new Float32Array(127).fill(1);
for (let n = 1; n < halves.length; n += 1) halves[n] = at(halves, n - 1) / 2;

/** e^x for x <= 0, the only range that softmax needs. */
function exp(x: number): number {
  if (x < -87) return 0;
  const n = Math.trunc(f32(f32(x * log2e) - 0.5));
  const r = f32(f32(x - f32(n * ln2High)) - f32(n * ln2Low));
  const sum = series.reduce((total, term) => f32(f32(total * r) + term), 0);
  return f32(f32(f32(f32(sum * f32(r * r)) + r) + 1) * at(halves, -n));
}

function norm(x: Float32Array, gain: Float32Array): Float32Array {
  const sum = x.reduce((total, value) => f32(total + f32(value * value)), 0);
  const scale = f32(1 / f32(Math.sqrt(f32(f32(sum / x.length) + f32(1e-5)))));
  return x.map((value, i) => f32(value * scale) * at(gain, i));
}

function dot(x: Float32Array, start: number, y: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum = f32(sum + f32(at(x, start + i) * at(y, i)));
  return sum;
}

/** y[j] = the sum of x[i] * matrix[i][j] over i, in that order. */
function multiply(x: Float32Array, matrix: Float32Array, columns: number): Float32Array {
  const y = new Float32Array(columns);
  for (const [i, value] of x.entries()) {
    const row = i * columns;
    for (let j = 0; j < columns; j += 1) y[j] = at(y, j) + f32(value * at(matrix, row + j));
  }
  return y;
}

function addTo(x: Float32Array, y: Float32Array): void {
  for (const [i, value] of y.entries()) x[i] = at(x, i) + value;
}

function at(numbers: Float32Array, index: number): number {
  return numbers[index] ?? 0;
}

function cutter(weights: Float32Array): (count: number) => Float32Array {
  let start = 0;
  return (count) => weights.subarray(start, (start += count));
}

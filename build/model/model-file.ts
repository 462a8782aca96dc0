import { createHash } from 'node:crypto';
import type { Vocabulary } from './vocabulary.ts';

/** The sizes of a model: all of them numbers of floats, but `window`, which is in tokens. */
export interface ModelSizes {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly hidden: number;
  readonly window: number;
}

/** A model as model.bin holds it; the order of the weights is that of README.md. */
export interface Model {
  readonly sizes: ModelSizes;
  readonly vocabulary: Vocabulary;
  readonly weights: Float32Array;
}

const magic = 'OFFPEAKM';
const version = 1;
/** Bytes before the vocabulary: magic 8, nine numbers of 4, 4 unused, sha256 32. */
const headerBytes = 80;

/** Counts the weights of a model of these sizes: embedding, layers, last gain. */
export function countParameters(sizes: ModelSizes, vocabularySize: number): number {
  const { width, layers, hidden } = sizes;
  return width * vocabularySize + layers * width * (2 + 4 * width + 2 * hidden) + width;
}

/** Writes model.bin: header, vocabulary (a length byte and the text of each piece), little-endian float32. */
export function writeModelFile(model: Model): Buffer {
  const { sizes, vocabulary, weights } = model;
  const pieces = vocabulary.map((piece) => Buffer.from(`\0${piece}`, 'latin1'));
  for (const piece of pieces) piece[0] = piece.length - 1;
  const used = Buffer.concat(pieces);
  // Weights begin at a multiple of four bytes, so that a program may map them as they are.
  const words = Buffer.concat([used, Buffer.alloc((4 - (used.length % 4)) % 4)]);
  const numbers = Buffer.alloc(weights.length * 4);
  weights.forEach((weight, index) => numbers.writeFloatLE(weight, index * 4));
  const body = Buffer.concat([words, numbers]);
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 'latin1');
  const { width, layers, heads, hidden, window } = sizes;
  [
    version,
    vocabulary.length,
    width,
    layers,
    heads,
    hidden,
    window,
    words.length,
    weights.length,
  ].forEach((number, index) => header.writeUInt32LE(number, 8 + index * 4));
  createHash('sha256').update(body).digest().copy(header, 48);
  return Buffer.concat([header, body]);
}

/** Reads model.bin; throws a RangeError for a file that is not one, is damaged or has impossible sizes. */
export function readModelFile(file: Buffer): Model {
  if (file.length < headerBytes || file.toString('latin1', 0, 8) !== magic) fail('has no header');
  const number = (index: number): number => file.readUInt32LE(8 + index * 4);
  if (number(0) !== version) fail(`has version ${number(0)}, not ${version}`);
  const sizes = {
    width: number(2),
    layers: number(3),
    heads: number(4),
    hidden: number(5),
    window: number(6),
  };
  const weightsAt = headerBytes + number(7);
  const count = number(8);
  if (count !== countParameters(sizes, number(1)))
    fail('has another number of weights than its sizes ask for');
  if (file.length !== weightsAt + count * 4) fail('is too short or too long');
  const digest = createHash('sha256').update(file.subarray(headerBytes)).digest();
  if (!digest.equals(file.subarray(48, headerBytes))) fail('is damaged: its sha256 differs');
  const weights = Float32Array.from({ length: count }, (_, index) =>
    file.readFloatLE(weightsAt + index * 4),
  );
  return { sizes, vocabulary: readVocabulary(file, number(1), weightsAt), weights };
}

function readVocabulary(file: Buffer, size: number, end: number): Vocabulary {
  let at = headerBytes;
  return Array.from({ length: size }, () => {
    const next = at + 1 + (at < end ? file.readUInt8(at) : end);
    if (next > end) fail('has a vocabulary that is too short');
    const piece = file.toString('latin1', at + 1, next);
    at = next;
    return piece;
  });
}

function fail(problem: string): never {
  throw new RangeError(`the model file ${problem}`);
}

import { describe, expect, it } from 'vitest';
import { countParameters, readModelFile, writeModelFile } from '../../../build/model/model-file.ts';
import { readShippedModel } from './shipped.ts';

describe('the shipped model file', () => {
  const file = readShippedModel();

  it('holds a small transformer of 50 thousand to 1 million parameters', () => {
    const { sizes, vocabulary, weights } = readModelFile(file);
    expect(weights).toHaveLength(countParameters(sizes, vocabulary.length));
    expect(weights.length).toBeGreaterThanOrEqual(50_000);
    expect(weights.length).toBeLessThanOrEqual(1_000_000);
    expect(sizes).toEqual({ width: 96, layers: 4, heads: 3, hidden: 384, window: 128 });
  });

  it('says what it is in its first bytes: magic, version 1, vocabulary, width', () => {
    expect(file.toString('latin1', 0, 8)).toBe('OFFPEAKM');
    expect([8, 12, 16].map((offset) => file.readUInt32LE(offset))).toEqual([1, 512, 96]);
  });

  it('has no weight that is not a number, and none that is out of proportion', () => {
    const { weights } = readModelFile(file);
    expect(weights.every((weight) => Number.isFinite(weight) && Math.abs(weight) < 100)).toBe(true);
  });

  it('has different pieces of text, the newline first', () => {
    const { vocabulary } = readModelFile(file);
    expect(vocabulary[0]).toBe('\n');
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
    expect(vocabulary).toContain(' the');
  });

  it('is written again as the same bytes', () => {
    expect(writeModelFile(readModelFile(file)).equals(file)).toBe(true);
  });
});

describe('a model file that is not right is refused', () => {
  const tiny = writeModelFile({
    sizes: { width: 2, layers: 1, heads: 1, hidden: 2, window: 4 },
    vocabulary: ['\n', 'a', ' b'],
    weights: Float32Array.from({ length: 36 }, (_, index) => index / 8),
  });

  it('but a right one of any size is read', () => {
    const model = readModelFile(tiny);
    expect(model.vocabulary).toEqual(['\n', 'a', ' b']);
    expect(model.weights[35]).toBe(35 / 8);
  });

  it.each([
    [
      'with one bit changed in a weight',
      'is damaged',
      (file: Buffer) => flip(file, file.length - 1),
    ],
    ['with one bit changed in the vocabulary', 'is damaged', (file: Buffer) => flip(file, 81)],
    ['that is cut off', 'too short', (file: Buffer) => file.subarray(0, -4)],
    ['of another version', 'version', (file: Buffer) => flip(file, 8)],
    ['of other sizes', 'number of weights', (file: Buffer) => flip(file, 16)],
    ['that is something else', 'no header', () => Buffer.from('a picture of the sea')],
  ])('%s', (_, problem, spoil) => {
    expect(() => readModelFile(spoil(Buffer.from(tiny)))).toThrow(problem);
  });
});

function flip(file: Buffer, offset: number): Buffer {
  file.writeUInt8(file.readUInt8(offset) ^ 0x04, offset);
  return file;
}

import { describe, expect, it } from 'vitest';
import type { PullStep } from '../../../app/adapters/docker/images.ts';
import { PullTally } from '../../../app/containers/pull-progress.ts';

const A = 'a'.repeat(12);
const B = 'b'.repeat(12);

describe('the progress of a pull', () => {
  it('adds up layers, and knows the whole only when every layer told its size', () => {
    const tally = new PullTally('image:1');
    tally.add(step(null, 'Pulling from image'));
    tally.add(step('1', 'Pulling from image'));
    tally.add(step(A, 'Pulling fs layer'));
    tally.add(step(B, 'Waiting'));
    tally.add(step(A, 'Downloading', 100, 1000));
    expect(tally.progress()).toEqual({
      image: 'image:1',
      receivedBytes: 100,
      totalBytes: null,
      layersDone: 0,
      layers: 2,
    });
    tally.add(step(B, 'Downloading', 5, 50));
    tally.add(step(A, 'Downloading', 900, 1000));
    expect(tally.progress()).toMatchObject({ receivedBytes: 905, totalBytes: 1050 });
  });

  it('does not run backwards while a layer is unpacked, and ends complete', () => {
    const tally = new PullTally('image:1');
    tally.add(step(A, 'Downloading', 900, 1000));
    tally.add(step(A, 'Download complete'));
    expect(tally.progress()).toMatchObject({ receivedBytes: 1000, layersDone: 0 });
    tally.add(step(A, 'Extracting', 10, 1000));
    expect(tally.progress()).toMatchObject({ receivedBytes: 1000, layersDone: 0 });
    tally.add(step(A, 'Pull complete'));
    tally.add(step(B, 'Already exists'));
    expect(tally.progress()).toMatchObject({
      receivedBytes: 1000,
      totalBytes: 1000,
      layersDone: 2,
      layers: 2,
    });
  });

  it('counts a layer of Podman as done with its last word, though that tells no size', () => {
    const tally = new PullTally('image:1', true);
    tally.add(step(A, 'Pulling fs layer'));
    tally.add(step(B, 'Pulling fs layer'));
    tally.add(step(A, 'Downloading', 900, 1000));
    tally.add(step(A, 'Download complete'));
    expect(tally.progress()).toMatchObject({ totalBytes: null, layersDone: 1, layers: 2 });
    tally.add(step(B, 'Download complete'));
    expect(tally.progress()).toMatchObject({
      receivedBytes: 1000,
      totalBytes: 1000,
      layersDone: 2,
    });
  });

  it('tells real progress from talk, so that a stalled pull is noticed', () => {
    const tally = new PullTally('image:1');
    expect(tally.add(step(A, 'Downloading', 100, 1000))).toBe(true);
    expect(tally.add(step(A, 'Downloading', 100, 1000))).toBe(false);
    expect(tally.add(step(A, 'Retrying in 5 seconds'))).toBe(false);
    expect(tally.add(step(A, 'Retrying in 4 seconds'))).toBe(false);
    expect(tally.add(step(null, 'Digest: sha256:…'))).toBe(false);
    expect(tally.add(step(A, 'Downloading', 101, 1000))).toBe(true);
    expect(tally.add(step(A, 'Extracting', 1, 1000))).toBe(true);
  });
});

function step(
  layer: string | null,
  status: string,
  currentBytes: number | null = null,
  totalBytes: number | null = null,
): PullStep {
  return { layer, status, currentBytes, totalBytes };
}

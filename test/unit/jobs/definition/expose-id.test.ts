import { createHash, getExposeIdHash } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import { deploymentExposeId, exposeId } from '../../../../app/jobs/definition/expose-id.ts';

/** Always the same numbers, so that a failure can be looked at. */
function* numbers(count: number, seed = 7): Generator<number> {
  let state = seed;
  for (let made = 0; made < count; made += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state;
  }
}

const cases = [...numbers(200)].map((number) => ({
  index: number % 64,
  port: 1 + (number % 65_535),
  job: `${createHash(String(number))}${number % 3 === 0 ? 'é🙂' : ''}`,
}));

describe('the public name of a port', () => {
  it('is the one that the network’s own kit gives it', () => {
    const ours = cases.map(({ index, port, job }) => exposeId(index, port, job));
    const theirs = cases.map(({ index, port, job }) => getExposeIdHash(job, index, port));
    expect(ours).toEqual(theirs);
    expect(new Set(ours).size).toBe(cases.length);
  });

  it('can stand in an address', () => {
    for (const { index, port, job } of cases) {
      expect(exposeId(index, port, job)).toMatch(/^[1-9A-HJ-NP-Za-km-z]{44}$/);
    }
  });
});

describe('the public name of an operation in a deployment', () => {
  it('is the one that the network’s own host gives it', () => {
    for (const { index, job } of cases) {
      const [operation, id, poster] = [`op-${index}`, `deployment-${job}`, `poster-${index}`];
      // generateExposeId of its host: hash, operation and port 0.
      const theirs = getExposeIdHash(createHash(`${id}:${poster}`, 45), operation, 0);
      expect(deploymentExposeId(operation, { id, poster })).toBe(theirs);
    }
  });

  it('is the same whichever job serves it', () => {
    const deployment = { id: 'd', poster: 'p' };
    expect(deploymentExposeId('a', deployment)).toBe(deploymentExposeId('a', deployment));
    expect(deploymentExposeId('b', deployment)).not.toBe(deploymentExposeId('a', deployment));
  });
});

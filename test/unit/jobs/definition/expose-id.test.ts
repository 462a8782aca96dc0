import { createHash, getExposeIdHash } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import {
  deploymentExposeId,
  deploymentGroup,
  exposeId,
  privateExposeId,
} from '../../../../app/jobs/definition/expose-id.ts';

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

describe('the group that spreads visitors over a deployment', () => {
  it('is the one that the network’s own host names', () => {
    for (const { index, job } of cases) {
      const deployment = { id: `deployment-${job}`, poster: `poster-${index}` };
      const theirs = createHash(`${deployment.id}:${deployment.poster}`, 45);
      expect(deploymentGroup(deployment)).toBe(theirs);
    }
  });
});

describe('the name of a private port', () => {
  it('is another one for each port and each seed, of 45 letters that can stand in an address', () => {
    const names = cases.flatMap(({ job, port }) => [
      privateExposeId(job, port),
      privateExposeId(`${job}x`, port),
    ]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[1-9A-HJ-NP-Za-km-z]{45}$/);
  });
});

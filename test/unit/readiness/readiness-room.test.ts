import { expect, it } from 'vitest';
import type { PublishedThresholds } from '../../../app/readiness/limits.ts';
import { ReadinessRoom } from '../../../app/readiness/readiness-room.ts';
import { someFacts } from '../../fakes/readiness/facts.ts';

const published: PublishedThresholds = {
  at: 1_000,
  everywhere: { memoryBytes: 64e9 },
  markets: [],
};

/** A room whose network gives these answers, one at each question; an error is no answer. */
function aRoom(answers: (PublishedThresholds | null | Error)[]) {
  let asked = 0;
  let now = 0;
  let network = 'practice';
  const room = new ReadinessRoom({
    facts: () => Promise.resolve(someFacts()),
    network: () => network,
    thresholds: () => {
      const answer = answers[asked++] ?? null;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    settings: { get: () => null, set: () => undefined },
    now: () => now,
    onFault: (text) => expect.fail(text),
  });
  return {
    room,
    asked: () => asked,
    later: (ms: number) => (now += ms),
    move: (to: string) => (network = to),
  };
}

it('asks again at the next look while the network is not up yet', async () => {
  const { room } = aRoom([null, published]);
  await room.look();
  expect(room.readiness.thresholdsFrom).toEqual({ source: 'documentation', at: null });
  await room.look();
  expect(room.readiness.thresholdsFrom).toEqual({ source: 'network', at: 1_000 });
});

it('leaves a network that answered, or that fails, in peace for a while', async () => {
  const { room, asked, later } = aRoom([published, new Error('no answer'), published]);
  await room.look();
  await room.look();
  expect(asked()).toBe(1);
  later(11 * 60_000);
  await room.look();
  await room.look();
  expect(asked()).toBe(2);
  expect(room.readiness.thresholdsFrom).toEqual({ source: 'network', at: 1_000 });
});

it('holds nothing against this computer that another network asks', async () => {
  const { room, move } = aRoom([published, new Error('no answer')]);
  await room.look();
  move('mainnet');
  await room.look();
  expect(room.readiness.thresholdsFrom).toEqual({ source: 'documentation', at: null });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Offer } from '../../../../app/jobs/ports.ts';
import { verifyAuthorization } from '../../../../app/network/nosana/authorization.ts';
import { confidential, oneOperation } from '../../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../../fakes/jobs/time.ts';
import { World } from '../../../fakes/jobs/world.ts';

const API = {
  send: { type: 'api', args: { endpoint: 'https://owner.test/%%global.job%%/definition' } },
  receive: { type: 'api', args: { endpoint: 'https://owner.test/%%global.job%%/results' } },
};
const LISTEN = {
  send: { type: 'api-listen', args: {} },
  receive: { type: 'api-listen', args: {} },
};
const DEFINITION = JSON.stringify(oneOperation());

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
  world.engine.scripts.set('train', { lines: [{ text: 'secret' }], runMs: 2000 });
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

function take(logistics: object): Offer {
  const offer = world.network.assign(confidential(logistics));
  world.room.take(offer);
  return offer;
}

async function bring(offer: Offer, definition = DEFINITION): Promise<void> {
  await until(() => world.room.door.bringDefinition(offer.job, definition));
}

function reasons(run: string): string {
  return world.history
    .get(run)
    .timeline.filter(({ step }) => step === 'refused')
    .map(({ detail }) => detail)
    .join();
}

function containing(part: string): unknown {
  return expect.stringContaining(part);
}

function aNumber(): unknown {
  return expect.any(Number);
}

/** Everything that the public can read of a job. */
function published(): string {
  return [...world.network.documents.values()].map((bytes) => Buffer.from(bytes)).join('\n');
}

describe('a job whose definition is at an address of its owner', () => {
  it('asks there as this host, with the job filled in', async () => {
    world.courier.give = () => DEFINITION;
    const offer = take(API);
    await world.untilClosed();
    const [asked] = world.courier.asked;
    expect(asked?.address).toBe(`https://owner.test/${offer.job}/definition`);
    const signed = verifyAuthorization(asked?.authorization ?? '', world.network.signer.address);
    expect(signed?.message).toBe(offer.job);
    expect(signed?.time).toBeGreaterThanOrEqual(offer.assignedAt);
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
  });

  it('is asked for four times, ten seconds apart, visibly', async () => {
    const offer = take(API);
    await until(() => world.courier.asked.length === 1);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: 'jobs.logistics-failed' } });
    const begun = Date.now();
    await world.untilClosed();
    expect(world.courier.asked).toHaveLength(4);
    expect(Date.now() - begun).toBeLessThan(60_000);
    expect(world.lastClosed().summary.outcome).toBe('refused');
    expect(reasons(offer.run)).toContain('The definition cannot be had');
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['quit']);
  });

  it('goes on when the address answers at last', async () => {
    world.courier.give = () => DEFINITION;
    world.courier.failures = 3;
    take(API);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('paid');
    expect(world.room.obstacle()).toBeNull();
  });

  it('does not wait for ever for an address that never answers', async () => {
    vi.spyOn(world.courier, 'fetch').mockImplementation(() => new Promise(() => undefined));
    const begun = Date.now();
    take(API);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('refused');
    expect(Date.now() - begun).toBeLessThan(4 * 30_000 + 3 * 10_000 + 30_000);
  });

  it('is declined, unasked, when it names no address or one in the clear', async () => {
    for (const args of [{}, { endpoint: 'http://192.168.1.1/' }, { endpoint: 'nonsense' }]) {
      const receive = { type: 'api', args };
      const bad = { ...LISTEN, receive };
      const offer = world.network.assign(confidential(bad));
      world.room.take(offer);
      await bring(offer);
      await until(() => world.room.current() === null);
      expect(world.history.get(offer.run).outcome).toBe('refused');
      expect(reasons(offer.run)).toContain('address');
      expect(world.engine.started.size).toBe(0);
    }
  });

  it('is judged like any other', async () => {
    world.courier.give = () => '{"version":"0.1","type":"container","ops":[]}';
    const offer = take(API);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('refused');
    expect(reasons(offer.run)).toContain('ops');
  });
});

describe('a job whose owner brings the definition', () => {
  it('waits for it and says so', async () => {
    const offer = take(LISTEN);
    await until(() => world.room.obstacle() !== null);
    await pass(600_000);
    expect(world.room.current()?.stage).toBe('offered');
    expect(world.room.obstacle()).toMatchObject({
      problem: { code: 'jobs.definition-awaited' },
      nextAttemptAt: offer.assignedAt + 3_600_000,
    });
    await bring(offer);
    await until(() => world.room.current()?.stage === 'running');
    expect(world.room.obstacle()).toBeNull();
  });

  it('does not take it twice, nor for another job', async () => {
    const offer = take(LISTEN);
    await until(() => world.room.obstacle() !== null);
    expect(world.room.door.bringDefinition('another', DEFINITION)).toBe(false);
    await bring(offer);
    expect(world.room.door.bringDefinition(offer.job, '{}')).toBe(false);
    expect(world.history.get(offer.run).timeline.map(({ step }) => step)).toContain(
      'definition-fetched',
    );
  });

  it('is left unpaid when its time runs out, its client ends it or the owner takes the card', async () => {
    const ends: ((offer: Offer) => unknown)[] = [
      () => pass(3_700_000),
      ({ run }) => world.network.endByClient(run),
      () => world.room.handBack('The owner took the card back.'),
    ];
    for (const end of ends) {
      const offer = take(LISTEN);
      await until(() => world.room.obstacle() !== null);
      await end(offer);
      await until(() => world.room.current() === null);
      expect(world.room.door.bringDefinition(offer.job, DEFINITION)).toBe(false);
      expect(world.engine.started.size).toBe(0);
    }
    expect(world.network.ledger.filter(({ kind }) => kind === 'finish')).toEqual([]);
  });

  it('is known at the door by its poster, while it is in hand', async () => {
    const offer = take(LISTEN);
    expect(world.room.door.ownerOf(offer.job)).toEqual({
      poster: offer.poster,
      messages: [offer.job, offer.definitionCid],
      timeoutSeconds: offer.timeoutSeconds,
    });
    expect(world.room.door.ownerOf(offer.run)).toBeNull();
    world.network.drop(offer.run);
    await until(() => world.room.current() === null);
    expect(world.room.door.ownerOf(offer.job)).toBeNull();
  });
});

describe('a confidential result', () => {
  it('goes to the address of its owner whole, and IPFS gets a blank one', async () => {
    world.courier.give = () => DEFINITION;
    const offer = take(API);
    await world.untilClosed();
    const [delivered] = world.courier.delivered;
    expect(delivered?.address).toBe(`https://owner.test/${offer.job}/results`);
    const document: unknown = JSON.parse(delivered?.text ?? '');
    expect(document).toMatchObject({
      status: 'success',
      opStates: [{ operationId: 'train', logs: [{ log: 'secret' }] }],
    });
    expect(world.network.result(offer.run)).toEqual({
      status: 'success',
      startTime: offer.assignedAt,
      endTime: aNumber(),
      opStates: [],
      errors: [],
    });
    expect(published()).not.toContain('secret');
    expect(published()).not.toContain('images/train');
  });

  it('that no address takes is told on IPFS and in the timeline, and the job is paid', async () => {
    world.courier.give = () => DEFINITION;
    world.courier.refusesDeliveries = true;
    const offer = take(API);
    await world.untilClosed();
    const message = containing('The result could not be delivered');
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(world.network.result(offer.run)).toMatchObject({
      opStates: [],
      errors: [{ event: 'logistics-error', message }],
    });
    const { timeline } = world.history.get(offer.run);
    const told = timeline.find(({ step }) => step === 'result-delivered');
    expect(told?.detail).toEqual(message);
    expect(published()).not.toContain('secret');
    expect(JSON.stringify(world.network.result(offer.run))).not.toContain('owner.test');
  });

  it('waits a minute for its owner, visibly, and no longer', async () => {
    const offer = take(LISTEN);
    await bring(offer);
    await until(() => world.room.obstacle()?.problem.code === 'jobs.result-awaited');
    expect(world.engine.existing()).toEqual([]);
    const begun = Date.now();
    await world.untilClosed();
    expect(Date.now() - begun).toBeLessThan(90_000);
    expect(world.network.result(offer.run)).toMatchObject({
      errors: [{ message: containing('within 60 seconds') }],
    });
    expect(world.room.door.fetchResult(offer.job)).toBeNull();
  });

  it('is kept until its owner has all of it', async () => {
    const offer = take(LISTEN);
    await bring(offer);
    await until(() => world.room.obstacle()?.problem.code === 'jobs.result-awaited');
    const broken = world.room.door.fetchResult(offer.job);
    broken?.end(false);
    await pass(1000);
    const whole = world.room.door.fetchResult(offer.job);
    expect(Buffer.from(whole?.bytes ?? []).toString()).toContain('secret');
    // Slow, but begun in time.
    await pass(80_000);
    expect(world.room.current()?.stage).toBe('storing');
    whole?.end(true);
    await world.untilClosed();
    expect(world.network.result(offer.run)).toMatchObject({ errors: [] });
  });

  it('is not offered to anybody when the network has lost the run', async () => {
    const offer = take(LISTEN);
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
    await bring(offer);
    await until(() => world.room.current()?.stage === 'running');
    world.network.drop(offer.run);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('lost');
    expect(world.steps(offer.run)).not.toContain('result-delivered');
  });
});

describe('a crash', () => {
  it('while the owner is awaited asks the owner again', async () => {
    const offer = take(LISTEN);
    await until(() => world.room.obstacle() !== null);
    await world.room.stop();
    world.restart();
    await bring(offer);
    await until(() => world.room.current()?.stage === 'running');
  });

  it('between sending the result and writing that down sends the very same again', async () => {
    const offer = await crashAtDelivery('before');
    const texts = world.courier.delivered.map(({ text }) => text);
    expect(texts).toHaveLength(2);
    expect(texts[1]).toBe(texts[0]);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('after the delivery was written down does not deliver again', async () => {
    const offer = await crashAtDelivery('after');
    expect(world.courier.delivered).toHaveLength(1);
    expect(world.network.result(offer.run)).toMatchObject({ opStates: [], errors: [] });
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('while the owner fetches the result keeps it for the owner', async () => {
    const offer = take(LISTEN);
    await bring(offer);
    await until(() => world.room.obstacle()?.problem.code === 'jobs.result-awaited');
    const begun = world.room.door.fetchResult(offer.job);
    await world.room.stop();
    begun?.end(false);
    world.restart();
    await until(() => {
      world.room.door.fetchResult(offer.job)?.end(true);
      return world.closed.length > 0;
    });
    expect(world.network.result(offer.run)).toMatchObject({ errors: [] });
  });
});

/** The host dies before or after it writes down that the result was sent; the next one goes on. */
async function crashAtDelivery(side: 'before' | 'after'): Promise<Offer> {
  world.courier.give = () => DEFINITION;
  const deliver = world.courier.deliver.bind(world.courier);
  vi.spyOn(world.courier, 'deliver').mockImplementationOnce((...errand) => {
    world.crash = { side, step: world.stepsWritten };
    return deliver(...errand);
  });
  const offer = take(API);
  await until(() => world.isDead);
  expect(world.courier.delivered).toHaveLength(1);
  world.restart();
  await world.untilClosed();
  return offer;
}

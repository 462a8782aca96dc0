import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

describe('a job that goes well', () => {
  it('goes from offer to receipt, and is settled once', async () => {
    world.engine.scripts.set('train', { lines: [{ text: 'one' }, { text: 'two' }], runMs: 9000 });
    const offer = world.network.assign(oneOperation({ gpu: true }));
    const { summary, receipt } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'success', practice: true });
    expect(receipt?.resultCid).toBe(world.network.ledger[0]?.resultCid);
    expect(world.network.landed(offer.run)).toBe(1);
    expect(await world.printed(offer.run, 'train')).toEqual(['one', 'two']);
    expect(world.engine.existing()).toEqual([]);
    console.log(world.steps(offer.run), JSON.stringify(world.network.result(offer.run)), receipt);
  });
});

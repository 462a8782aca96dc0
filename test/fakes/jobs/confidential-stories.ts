import { expect } from 'vitest';
import { confidential, oneOperation } from './definitions.ts';
import type { Story } from './stories.ts';
import type { World } from './world.ts';

const DEFINITION = JSON.stringify(oneOperation());
const API = {
  send: { type: 'api', args: { endpoint: 'https://owner.test/%%global.job%%/definition' } },
  receive: { type: 'api', args: { endpoint: 'https://owner.test/%%global.job%%/results' } },
};
const LISTEN = {
  send: { type: 'api-listen', args: {} },
  receive: { type: 'api-listen', args: {} },
};

const common: Omit<Story, 'name' | 'definition'> = {
  timeoutSeconds: 3600,
  outcomes: ['paid'],
  settlements: () => ['finish'],
  prints: { train: ['secret'] },
  status: 'success',
  prepare,
};

/** Jobs whose definition and result never pass IPFS. */
export const confidentialStories: readonly Story[] = [
  {
    ...common,
    name: 'a confidential job that asks and tells the servers of its owner',
    definition: confidential(API),
    check: (world: World, run: string): void => {
      expectDelivered(world.courier.delivered.map(({ text }) => text));
      expect(world.network.result(run)).toMatchObject({ opStates: [], errors: [] });
    },
  },
  {
    ...common,
    name: 'a confidential job whose owner comes to the door',
    definition: confidential(LISTEN),
    whenever: ({ room, fetched }: World): void => {
      const job = room.current()?.id ?? '';
      const result = room.door.fetchResult(job);
      if (result !== null) fetched.push(Buffer.from(result.bytes).toString('utf8'));
      result?.end(true);
      room.door.bringDefinition(job, DEFINITION);
    },
    check: (world: World, run: string): void => {
      expectDelivered(world.fetched);
      expect(world.network.result(run)).toMatchObject({ opStates: [], errors: [] });
    },
  },
  {
    ...common,
    name: 'a confidential job whose result nobody takes',
    definition: confidential(API),
    prepare: (world: World): void => {
      prepare(world);
      world.courier.refusesDeliveries = true;
    },
    check: (world: World, run: string): void => {
      expect(world.courier.delivered).toEqual([]);
      expect(world.network.result(run)).toMatchObject({
        status: 'success',
        opStates: [],
        errors: [{ event: 'logistics-error' }],
      });
    },
  },
];

function prepare({ engine, courier }: World): void {
  engine.scripts.set('train', { lines: [{ text: 'secret' }], runMs: 2000 });
  courier.give = (address) => (address.endsWith('/definition') ? DEFINITION : null);
}

/** More than once only after a crash, and then the same each time. */
function expectDelivered(texts: readonly string[]): void {
  expect(texts.length).toBeGreaterThan(0);
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).toContain('secret');
}

import { expect } from 'vitest';
import type { OperationAsk } from '../../../app/jobs/door-ports.ts';
import { job, oneOperation, operation } from './definitions.ts';
import type { Story } from './stories.ts';
import type { World } from './world.ts';

const common: Omit<Story, 'name' | 'definition' | 'prepare' | 'prints'> = {
  timeoutSeconds: 3600,
  outcomes: ['paid'],
  settlements: () => ['finish'],
};
const group = { group: 'all' };

/** Clients that come to the host's door to change what runs. */
export const clientStories: readonly Story[] = [
  {
    ...common,
    name: 'a job whose client restarts its operation',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', {
        lines: [{ text: '1' }],
        runMs: 'until-stopped',
        restarts: [{ lines: [{ text: '2' }], runMs: 1000 }],
      });
    },
    // A client who hears no answer looks before it asks again.
    whenever: (world: World): void => {
      if (!hasPrinted(world) || hasTaken(world, 'operation-restart-asked')) return;
      ask(world, { what: 'restart', group: 'train', operation: 'train' });
    },
    prints: { train: ['1', '2'] },
    status: 'success',
  },
  {
    ...common,
    name: 'a job whose client restarts what failed, then stops what goes on',
    definition: job([operation('train', {}, group), operation('serve', {}, group)]),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', {
        lines: [{ text: '1' }],
        runMs: 100,
        exitCode: 1,
        restarts: [{ lines: [{ text: '2' }], exitCode: 0 }],
      });
      engine.scripts.set('serve', { lines: [{ text: 'up' }], runMs: 'until-stopped' });
    },
    whenever: (world: World): void => {
      const [train] = world.room.current()?.operations ?? [];
      if (train?.state !== 'ended') return;
      if (train.exitCode === 1) ask(world, { what: 'restart', group: 'all', operation: 'train' });
      else ask(world, { what: 'stop', group: 'all', operation: null });
    },
    prints: { train: ['1', '2'], serve: ['up'] },
    status: 'success',
    check: (world: World, run: string): void => {
      expect(world.network.result(run)).toMatchObject({
        opStates: [
          { operationId: 'train', status: 'success', exitCode: 0 },
          {
            operationId: 'serve',
            status: 'stopped',
            diagnostics: { reason: { jobStopped: true } },
          },
        ],
      });
    },
  },
  {
    ...common,
    name: 'a job that its client stops at the door',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', { lines: [{ text: '1' }], runMs: 'until-stopped' });
    },
    whenever: (world: World): void => {
      if (hasPrinted(world)) world.room.door.stop(jobOf(world));
    },
    outcomes: ['ended-by-client'],
    prints: { train: ['1'] },
    status: 'stopped',
  },
];

function ask(world: World, what: OperationAsk): void {
  world.room.door.ask(jobOf(world), what);
}

function jobOf({ room }: World): string {
  return room.current()?.id ?? '';
}

function hasPrinted({ room }: World): boolean {
  return (room.current()?.logBytes ?? 0) > 0;
}

function hasTaken(world: World, step: string): boolean {
  return world.steps(world.room.current()?.run ?? '').includes(step);
}

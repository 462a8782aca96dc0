import { it, vi } from 'vitest';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';
import { stories } from '../../fakes/jobs/stories.ts';
it('dbg', async () => {
  stopTime();
  const story = stories.find((s) => s.name === process.env['STORY'])!;
  const world = new World();
  const offer = world.network.assign(story.definition, { timeoutSeconds: story.timeoutSeconds });
  story.prepare(world, offer.run);
  world.crash = process.env['CRASH'] ? JSON.parse(process.env['CRASH']) : null;
  world.takeAndSurvive(offer);
  await until(() => { if (world.isDead) { world.restart(); world.room.take(offer);} return world.closed.length > 0});
  for (const e of world.room.get(offer.run).timeline) console.log(e.at - offer.assignedAt, e.step, e.detail);
  console.log(world.engine.calls, world.problems, await world.logLines(offer.run));
  await world.end();
  vi.useRealTimers();
});

import { it, vi } from 'vitest';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';
import { stories } from '../../fakes/jobs/stories.ts';
it('dbg', async () => {
  stopTime();
  for (let n = 0; n < 60; n++) {
    const story = stories.find((s) => s.name === process.env['STORY'])!;
    const world = new World();
    const offer = world.network.assign(story.definition, { timeoutSeconds: story.timeoutSeconds });
    story.prepare(world, offer.run);
    world.crash = process.env['CRASH'] ? JSON.parse(process.env['CRASH']) : null;
    world.takeAndSurvive(offer);
    await until(() => {
      if (world.isDead) {
        world.restart();
        world.room.take(offer);
      }
      return world.room.list({ limit: 1 }).jobs[0]?.outcome !== null;
    });
    const p = await world.printed(offer.run, 'train');
    if (p.length !== 2) {
      console.log(n, p);
      for (const e of world.room.get(offer.run).timeline)
        console.log(e.at - offer.assignedAt, e.step, e.detail);
      console.log(world.engine.calls, world.problems, await world.logLines(offer.run));
      break;
    }
    await world.end();
  }
  vi.useRealTimers();
}, 60000);

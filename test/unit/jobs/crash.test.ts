import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { journalSteps } from '../../../app/jobs/run-event.ts';
import { CrashNow } from '../../fakes/jobs/mortal.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';
import { stories, type Story } from '../../fakes/jobs/stories.ts';

/*
 * The host is killed at every single step of every story, once right before the step is written
 * (the effect of the step before it has happened) and once right after (its own effect has not).
 * Then a new host starts on the same disk, engine and network.
 */

let worlds: World[] = [];

beforeEach(() => {
  stopTime();
  worlds = [];
});
afterEach(async () => {
  for (const world of worlds) await world.end();
  vi.useRealTimers();
});

/** Dozens of hosts live in one test. */
const TIMEOUT_MS = 60_000;

describe.each(stories)('$name', { timeout: TIMEOUT_MS }, (story) => {
  it('ends as it should without a crash', async () => {
    await live(story, null);
  });

  it('ends the same when the host dies before any of its steps', async () => {
    const steps = await live(story, null);
    for (let step = 0; step < steps.length; step += 1) await live(story, { side: 'before', step });
  });

  it('ends the same when the host dies after any of its steps', async () => {
    const steps = await live(story, null);
    for (let step = 0; step < steps.length; step += 1) await live(story, { side: 'after', step });
  });
});

describe('the stories together', { timeout: TIMEOUT_MS }, () => {
  it('take every kind of step that a journal can hold', async () => {
    const seen = new Set<string>();
    for (const story of stories) for (const step of await live(story, null)) seen.add(step);
    expect([...seen].toSorted()).toEqual([...journalSteps].toSorted());
  });
});

/** Lives a story through at most one crash, checks its end, and returns its steps. */
async function live(story: Story, crash: World['crash']): Promise<string[]> {
  const world = new World();
  worlds.push(world);
  const offer = world.network.assign(story.definition, { timeoutSeconds: story.timeoutSeconds });
  story.prepare(world);
  world.crash = crash;
  world.takeAndSurvive(offer);
  const later = storyLater(story, world, offer.run);
  await until(() => {
    later();
    if (world.isDead) {
      world.restart();
      // The chain still names this host, so the market offers the run again.
      world.room.take(offer);
      if (story.isHandedBack) world.room.handBack('The owner took the card back.');
    }
    return isClosed(world, offer.run);
  });
  const at = crash === null ? 'without a crash' : `${crash.side} step ${crash.step}`;
  await checkEnd(world, offer.run, { story, at });
  return world.steps(offer.run);
}

/** Plays the story's outside part, once, when its time has come. */
function storyLater(story: Story, world: World, run: string): () => void {
  let startedAt: number | null = null;
  let isOver = false;
  const hasRunForSeconds = (): boolean => {
    if (world.engine.started.size === 0) return false;
    startedAt ??= Date.now();
    return Date.now() >= startedAt + 5000;
  };
  return () => {
    whenever(story, world);
    if (isOver || !(story.when?.(world) ?? hasRunForSeconds())) return;
    isOver = true;
    story.later?.(world, run);
  };
}

/** The host may die of what the outside does. */
function whenever(story: Story, world: World): void {
  try {
    story.whenever?.(world);
  } catch (error) {
    if (!(error instanceof CrashNow)) throw error;
  }
}

/** The last step may be written and nobody told any more: the list counts. */
function isClosed(world: World, run: string): boolean {
  return world.history
    .list({ limit: 1 })
    .jobs.some((job) => job.run === run && job.outcome !== null);
}

async function checkEnd(
  world: World,
  run: string,
  { story, at }: { story: Story; at: string },
): Promise<void> {
  const summary = world.history.get(run);
  const { receipt } = summary;
  expect(story.outcomes, at).toContain(summary.outcome);
  expect(
    world.network.ledger.map(({ kind }) => kind),
    at,
  ).toEqual(story.settlements(summary.outcome));
  expect(receipt === null, at).toBe(summary.outcome === 'refused' || summary.outcome === 'lost');
  if (story.status !== undefined) expect(summary.status, at).toBe(story.status);
  expect(world.engine.existing(), at).toEqual([]);
  expect([...world.resources.holders], at).toEqual([]);
  expect(world.room.current(), at).toBeNull();
  for (const [operation, lines] of Object.entries(story.prints)) {
    expect(await world.printed(run, operation), `${operation} ${at}`).toEqual(lines);
  }
  for (const [operation, containers] of world.engine.started) {
    expect(containers.size, `containers of ${operation} ${at}`).toBe(1);
  }
  story.check?.(world, run);
}

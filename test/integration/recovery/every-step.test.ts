import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalSteps } from '../../../app/jobs/run-event.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { whyNoEngine } from '../containers/engine-kit.ts';
import { checkBooks, checkClosed, printed } from './checks.ts';
import { whyNoSmallDisk } from './disk.ts';
import { Files } from './files.ts';
import { Shop } from './shop.ts';
import { stories, type Scene, type Story } from './stories.ts';
import { Subject } from './subject.ts';

/*
 * A real host is killed with SIGKILL at every step that its journal can hold, right before the step
 * is written and right after, and started again on what is left, until the job has its receipt.
 */

const problem =
  (await whyNoEngine()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain here' : null);

it('no kind of step is forgotten', () => {
  const killedAt = new Set(
    Object.values(stories).flatMap(({ points }) => points.map(({ step }) => step)),
  );
  expect([...killedAt].toSorted()).toEqual([...journalSteps].toSorted());
});

/** Each row is the life of one host, in a folder and on a chain of its own; rows run side by side. */
const rows: readonly (readonly (keyof typeof stories)[])[] = [
  ['plain'],
  ['service', 'declined', 'confidential', 'asked'],
  whyNoSmallDisk() === null ? ['parts', 'troubled'] : ['parts'],
];
/** Dozens of hosts live in one test. */
const TIMEOUT_MS = 300_000;

describe.skipIf(problem !== null)(
  `a host that is killed${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    let shop: Shop;
    let files: Files;
    beforeAll(async () => {
      [shop, files] = await Promise.all([Shop.open(), Files.open()]);
    });
    afterAll(async () => {
      await shop.close();
      files.close();
    });

    it.concurrent.each(rows.map((row) => ({ row, name: row.join(', ') })))(
      'loses nothing ($name)',
      async ({ row }) => {
        const subject = await Subject.prepare();
        try {
          subject.reach(files.internet);
          for (const name of row)
            await checkEnd(stories[name], await live(stories[name], subject, shop));
          await checkBooks(subject);
        } finally {
          await subject.remove();
        }
      },
      TIMEOUT_MS,
    );
  },
);

/** Lives through a job and all crashes of its story; returns when the run is closed. */
async function live(story: Story, subject: Subject, shop: Shop): Promise<Scene> {
  let scene: Scene | null = null;
  for (const { step, before, outside, isRepeated = false, after } of story.points) {
    for (const side of ['before', 'after'] as const) {
      if (scene === null) {
        scene = await begin(story, subject, { shop, trap: () => subject.trap(step, side) });
      } else {
        if (side === 'before') await before?.(scene);
        subject.trap(step, side);
        subject.start();
      }
      const isDue = side === 'before' || isRepeated;
      await Promise.all([subject.untilSprung(), isDue ? outside?.(scene) : null]);
      if (side === 'after') await after?.(scene);
    }
  }
  if (scene === null) throw new Error('a story without points');
  subject.start();
  await subject.untilClosed(scene.posted.run);
  return scene;
}

/** Posts the job to a host that waits for one; the trap is set before the host can act. */
async function begin(
  story: Story,
  subject: Subject,
  { shop, trap }: { shop: Shop; trap: () => void },
): Promise<Scene> {
  if (subject.pid === null) subject.start();
  await subject.untilQueued();
  const definition = story.definition(shop);
  if (story.prepare === undefined) {
    trap();
    return { subject, shop, posted: await subject.world.post(definition) };
  }
  subject.trap('offered', 'after', 'SIGSTOP');
  const scene = { subject, shop, posted: await subject.world.post(definition) };
  await subject.untilSprung();
  await story.prepare(scene);
  trap();
  subject.signal('SIGCONT');
  return scene;
}

async function checkEnd(story: Story, scene: Scene): Promise<void> {
  const { subject, posted } = scene;
  const { outcome, status } = subject.detail(posted.run);
  expect({ of: story.name, outcome, status }).toEqual({
    of: story.name,
    outcome: story.outcome,
    status: story.status,
  });
  await checkClosed(subject, posted);
  for (const [id, lines] of Object.entries(story.prints)) {
    expect(await printed(subject, posted, id), `${id} of ${story.name}`).toEqual(lines);
  }
  await story.check?.(scene);
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { Stage } from '../../../app/contract/job.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

const Result = z.object({
  status: z.string(),
  opStates: z.array(
    z.object({
      operationId: z.string(),
      status: z.string(),
      exitCode: z.number().nullable(),
      logs: z.array(z.object({ type: z.string(), log: z.string() })),
      errors: z.array(z.object({ event: z.string(), message: z.string() })).optional(),
    }),
  ),
});

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

function resultOf(run: string): z.infer<typeof Result> {
  return Result.parse(world.network.result(run));
}

describe('a job that goes well', () => {
  it('goes from offer to receipt, and is settled once', async () => {
    world.engine.scripts.set('train', { lines: [{ text: 'one' }, { text: 'two' }], runMs: 9000 });
    const offer = world.network.assign(oneOperation({ gpu: true }));
    const { summary, receipt } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'success', practice: true });
    expect(world.network.landed(offer.run)).toBe(1);
    const [landed] = world.network.ledger;
    expect(receipt).toMatchObject({
      transaction: landed?.signature,
      resultCid: landed?.resultCid,
      grossBaseUnits: String(landed?.payoutBaseUnits),
      powerWattHours: null,
    });
    expect(summary.grossBaseUnits).toBe(receipt?.grossBaseUnits);
    expect(await world.printed(offer.run, 'train')).toEqual(['one', 'two']);
    expect(world.engine.existing()).toEqual([]);
    expect(world.room.current()).toBeNull();
  });

  it('writes each step down in order', async () => {
    const offer = world.network.assign(oneOperation());
    await world.runToEnd(offer);
    expect(world.steps(offer.run)).toEqual([
      'offered',
      'definition-fetched',
      'accepted',
      'pull-started',
      'pulled',
      'images-ready',
      'operation-starting',
      'operation-started',
      'operation-ready',
      'operation-ended',
      'cause-decided',
      'result-built',
      'result-stored',
      'settlement-signed',
      'settlement-confirmed',
      'closed',
    ]);
  });

  it('shows stage, download, operations and log while it runs', async () => {
    const stages = new Set<string>();
    let largestDownload = 0;
    world.room.onChange(() => {
      const current = world.room.current();
      if (current === null) return;
      stages.add(current.stage);
      largestDownload = Math.max(largestDownload, current.pull?.receivedBytes ?? 0);
    });
    world.engine.pulls.set('images/train:1', { steps: 3, stepMs: 100 });
    world.engine.scripts.set('train', { lines: [{ text: 'hello' }], runMs: 'until-stopped' });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => (world.room.current()?.logBytes ?? 0) > 0);
    expect(world.room.current()).toMatchObject({
      id: offer.job,
      title: 'images/train: run',
      stage: 'running',
      operations: [{ id: 'train', state: 'running', exitCode: null, problem: null }],
      passport: { refusals: [], images: ['images/train:1'] },
      handingBack: false,
    });
    expect(await world.printed(offer.run, 'train')).toEqual(['hello']);
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect([...stages]).toEqual(Stage.options);
    expect(largestDownload).toBe(3000);
  });
});

describe('taking offers', () => {
  it('takes one run at a time, and each run once', async () => {
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
    const first = world.network.assign(oneOperation());
    const second = world.network.assign(oneOperation());
    expect(world.room.take(first)).toBe('taken');
    expect(world.room.take(first)).toBe('known');
    expect(world.room.take(second)).toBe('busy');
    world.room.handBack('The owner took the card back.');
    await world.untilClosed();
    expect(world.room.take(first)).toBe('known');
    expect(world.room.take(second)).toBe('taken');
  });
});

describe('a job that cannot be accepted', () => {
  it.each([
    ['is not a job definition', { version: '0.1' }],
    ['asks for what it does not bring', oneOperation({ cmd: '%%global.variables.MISSING%%' })],
  ])(
    'is declined without a container when it %s, and nothing is paid',
    async (_what, definition) => {
      const offer = world.network.assign(definition);
      const { summary, receipt } = await world.runToEnd(offer);
      expect(summary).toMatchObject({ outcome: 'refused', grossBaseUnits: null });
      expect(receipt).toBeNull();
      expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['quit']);
      expect(world.engine.calls).toEqual([]);
    },
  );

  it('is declined when nobody has its definition', async () => {
    const offer = world.network.assign(oneOperation());
    world.network.documents.delete(offer.definitionCid);
    const { summary } = await world.runToEnd(offer);
    expect(summary.outcome).toBe('refused');
    expect(world.history.get(offer.run).timeline[1]?.detail).toContain('definition cannot be had');
  });

  it('is declined when it needs a card and none is lent', async () => {
    world.policy = { cards: [], hostAddress: null };
    const { summary } = await world.runToEnd(world.network.assign(oneOperation({ gpu: true })));
    expect(summary.outcome).toBe('refused');
  });
});

describe('a job that fails', () => {
  it('is paid all the same when its image does not exist, and its result says why', async () => {
    const problem = new OffpeakError('containers.image-missing').toReport();
    world.engine.pulls.set('images/bad:1', { problem });
    const definition = job([operation('bad'), operation('good')]);
    const offer = world.network.assign(definition);
    const { summary } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'failed' });
    expect(resultOf(offer.run)).toMatchObject({
      status: 'failed',
      opStates: [
        {
          operationId: 'bad',
          status: 'failed',
          exitCode: 2,
          errors: [{ event: 'image-pull-error' }],
        },
        { operationId: 'good', status: 'success', exitCode: 0 },
      ],
    });
  });

  it('is paid when it is killed for want of memory (exit code 137)', async () => {
    world.engine.scripts.set('train', { exitCode: 137, outOfMemory: true });
    const offer = world.network.assign(oneOperation());
    const { summary } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'failed' });
    expect(world.history.get(offer.run).operations[0]).toMatchObject({
      exitCode: 137,
      problem: 'It needed more memory than it may use and was killed.',
    });
  });

  it('says so when something else removes its container', async () => {
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.engine.vanish('train');
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'failed' });
    expect(resultOf(offer.run).opStates[0]?.errors?.[0]?.message).toContain('removed');
  });
});

describe('a download that fails for a passing reason', () => {
  it('is begun again until it works', async () => {
    const problem = new OffpeakError('containers.registry-unreachable').toReport();
    world.engine.pulls.set('images/train:1', { problem });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.room.obstacle() !== null);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: problem.code } });
    expect(world.room.obstacle()?.nextAttemptAt).toBeGreaterThan(Date.now());
    world.engine.pulls.delete('images/train:1');
    await world.untilClosed();
    expect(world.lastClosed().summary.status).toBe('success');
  });
});

describe('an engine that is lost while a job runs', () => {
  it('is waited for: a container that lived on loses nothing', async () => {
    world.engine.scripts.set('train', { lines: [{ text: 'before' }], runMs: 'until-stopped' });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => (world.room.current()?.logBytes ?? 0) > 0);
    world.engine.loseEngine();
    await pass(120_000);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: 'containers.engine-lost' } });
    world.engine.bringEngineBack();
    world.engine.print('train', 'after');
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(await world.printed(offer.run, 'train')).toEqual(['before', 'after']);
    expect(world.room.obstacle()).toBeNull();
  });

  it('ends the job as failed when it stays away, and cleans up when it is back', async () => {
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.engine.loseEngine();
    await until(() => world.network.landed(offer.run) === 1);
    expect(resultOf(offer.run).opStates[0]?.errors?.[0]?.message).toContain('did not answer');
    await pass(60_000);
    expect(world.room.current()?.stage).toBe('settling');
    world.engine.bringEngineBack();
    await world.untilClosed();
    expect(world.engine.existing()).toEqual([]);
    expect(world.network.landed(offer.run)).toBe(1);
  });
});

describe('a disk that is full', () => {
  it('does not stop the job: the log says what is missing', async () => {
    world.logDiskFull = true;
    world.engine.scripts.set('train', { lines: [{ text: 'lost' }], runMs: 1000 });
    const offer = world.network.assign(oneOperation());
    const { summary } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(world.steps(offer.run)).toContain('log-incomplete');
    const logs = resultOf(offer.run).opStates[0]?.logs.map(({ log }) => log);
    expect(logs).toEqual(['This log is not complete: disk full.']);
  });

  it('loses no line when space comes back in time', async () => {
    world.logDiskFull = true;
    world.engine.scripts.set('train', { lines: [{ text: 'kept' }], runMs: 60_000 });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await pass(20_000);
    world.logDiskFull = false;
    await world.untilClosed();
    expect(await world.printed(offer.run, 'train')).toEqual(['kept']);
    expect(world.steps(offer.run)).not.toContain('log-incomplete');
  });

  it('holds up a run whose steps cannot be written, and goes on when they can', async () => {
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.databaseFull = true;
    world.engine.exit('train', 0);
    await until(() => world.room.obstacle() !== null);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: 'storage.disk-full' } });
    world.databaseFull = false;
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(world.room.obstacle()).toBeNull();
  });
});

describe('the time of a job', () => {
  beforeEach(() => world.engine.scripts.set('train', { runMs: 'until-stopped' }));

  it('is kept: at its end containers are stopped and the run is paid in full', async () => {
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 300 });
    const { summary, receipt } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(receipt).toMatchObject({ paidSeconds: 300, refundBaseUnits: '0' });
    expect(resultOf(offer.run).opStates[0]?.status).toBe('stopped');
  });

  it.each([true, false])('is longer after an extension (told of it: %s)', async (pushes) => {
    world.network.pushes = pushes;
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 300 });
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.network.extend(offer.run, 300);
    await pass(400_000);
    expect(world.room.current()).toMatchObject({
      stage: 'running',
      expiresAt: offer.assignedAt + 600_000,
    });
    await world.untilClosed();
    expect(world.lastClosed().receipt?.paidSeconds).toBe(600);
  });

  it('ends a job that nobody could be asked about, since nobody would pay for more', async () => {
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 300 });
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.network.fail('readAssignment', 3);
    await pass(320_000);
    expect(world.engine.running()).toEqual([]);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('paid');
  });
});

describe('what the client or the chain does', () => {
  beforeEach(() =>
    world.engine.scripts.set('train', { lines: [{ text: 'so far' }], runMs: 'until-stopped' }),
  );

  it('ends the job when the client ends it, and still attaches the result', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    await pass(10_000);
    world.network.endByClient(offer.run);
    await world.untilClosed();
    const { summary, receipt } = world.lastClosed();
    expect(summary).toMatchObject({ outcome: 'ended-by-client', status: 'stopped' });
    expect(receipt?.grossBaseUnits).not.toBe('0');
    expect(resultOf(offer.run)).toMatchObject({
      status: 'stopped',
      opStates: [{ logs: [{ log: 'so far' }] }],
    });
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['complete']);
  });

  it('does not hold the receipt back when the result after the client’s end finds no way', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.network.fail('storeDocument', 1000);
    world.network.endByClient(offer.run);
    await world.untilClosed();
    expect(world.lastClosed()).toMatchObject({
      summary: { outcome: 'ended-by-client' },
      receipt: { resultCid: null, transaction: null },
    });
    expect(world.network.ledger).toEqual([]);
  });

  it('ends the job as lost when the chain no longer has it', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.network.drop(offer.run);
    await world.untilClosed();
    expect(world.lastClosed()).toMatchObject({ summary: { outcome: 'lost' }, receipt: null });
    expect(world.engine.existing()).toEqual([]);
  });

  it('does not believe a single answer that the run is gone', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    vi.spyOn(world.network, 'readAssignment').mockResolvedValueOnce({ state: 'gone' });
    world.network.extend(offer.run, 1);
    await pass(60_000);
    expect(world.engine.running()).toEqual(['train']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { OperationView } from '../../../app/contract/job.ts';
import { restartPauseMs, restartRule, runsAgain } from '../../../app/jobs/restarts.ts';
import { oneOperation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

describe('the rule of a restart policy', () => {
  const ok = { exitCode: 0, diskExceeded: false };
  const failed = { exitCode: 1, diskExceeded: false };

  it.each([
    ['no', false, false],
    ['on-failure', false, true],
    ['always', true, true],
    ['unless-stopped', true, true],
  ] as const)('"%s" runs again: after success %s, after failure %s', (policy, success, failure) => {
    const rule = restartRule(policy);
    expect(runsAgain(rule, ok, 1000)).toBe(success);
    expect(runsAgain(rule, failed, 1000)).toBe(failure);
  });

  it.each([
    ['so often', { policy: 'on-failure', restart_tries: 3 }, 3],
    ['without limit where there is no number', { policy: 'on-failure' }, Infinity],
    [
      'without limit where the number is 0, as Docker means it',
      { policy: 'on-failure', restart_tries: 0 },
      Infinity,
    ],
  ] as const)('tries %s', (_what, policy, tries) => {
    const rule = restartRule(policy);
    const runs = Array.from({ length: 10 }, (_, restarts) => runsAgain(rule, failed, restarts));
    expect(runs.filter(Boolean)).toHaveLength(Math.min(10, tries));
  });

  it('never runs again what filled its share of the disk', () => {
    const full = { exitCode: 137, diskExceeded: true };
    expect(runsAgain(restartRule('always'), full, 0)).toBe(false);
  });

  it('waits twice as long each time, a minute at most, and begins anew after a long run', () => {
    const pauses: number[] = [];
    let pause: number | null = null;
    for (let run = 0; run < 12; run += 1) pauses.push((pause = restartPauseMs(pause, 50)));
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses.at(-1)).toBe(60_000);
    expect(restartPauseMs(60_000, 10_000)).toBe(100);
  });
});

describe('an operation that is to be restarted', () => {
  let world: World;
  beforeEach(() => {
    stopTime();
    world = new World();
  });
  afterEach(async () => {
    await world.end();
    vi.useRealTimers();
  });

  const failing = { lines: [{ text: 'again' }], runMs: 100, exitCode: 7 };

  function take(policy: unknown): string {
    const offer = world.network.assign(oneOperation({ restart_policy: policy }));
    world.room.take(offer);
    return offer.run;
  }

  const operation = (run: string): OperationView | undefined =>
    world.history.get(run).operations[0];
  const restarts = (): number =>
    world.engine.calls.filter((call) => call === 'restart train').length;

  it('runs as often as it may, and its last exit counts', async () => {
    world.engine.scripts.set('train', { ...failing, restarts: [{}, { exitCode: 9 }] });
    const run = take({ policy: 'on-failure', restart_tries: 2 });
    await world.untilClosed();
    expect(operation(run)).toMatchObject({ exitCode: 9, restarts: 2, endpoints: [] });
    expect(world.lastClosed().summary.status).toBe('failed');
    expect(await world.printed(run, 'train')).toEqual(['again', 'again', 'again']);
    expect(world.network.result(run)).toMatchObject({ opStates: [{ exitCode: 9 }] });
    expect(world.engine.started.get('train')?.size).toBe(1);
  });

  it('is well when its last run was', async () => {
    world.engine.scripts.set('train', { ...failing, restarts: [{ exitCode: 0 }] });
    const run = take('on-failure');
    await world.untilClosed();
    expect(operation(run)).toMatchObject({ exitCode: 0, restarts: 1, problem: null });
    expect(world.lastClosed().summary.status).toBe('success');
  });

  it('shows how often it was, while it runs', async () => {
    world.engine.scripts.set('train', { ...failing, restarts: [{ runMs: 'until-stopped' }] });
    take('always');
    await until(() => world.room.current()?.operations[0]?.restarts === 1);
    await until(() => world.engine.running().length > 0);
    expect(world.room.current()?.operations[0]).toMatchObject({ state: 'running', exitCode: null });
  });

  it('is told of with its first and its last restarts, however many there were', async () => {
    world.engine.scripts.set('train', { ...failing, runMs: 11_000 });
    const run = take({ policy: 'on-failure', restart_tries: 30 });
    await world.untilClosed();
    const told = world.history
      .get(run)
      .timeline.filter(({ step }) => step === 'operation-restarting')
      .map(({ detail }) => /\((\d+)\)/.exec(detail)?.[1]);
    expect(told).toEqual(['1', '2', '3', '4', '5', '26', '27', '28', '29', '30']);
    expect(operation(run)).toMatchObject({ restarts: 30 });
  });

  it('pauses longer and longer', async () => {
    world.engine.scripts.set('train', failing);
    take('always');
    await pass(60_000);
    expect(restarts()).toBeGreaterThan(5);
    expect(restarts()).toBeLessThan(12);
  });

  it.each([
    ['the owner wants the card back', (): void => world.room.handBack('Mine.'), 'handed-back'],
    [
      'its client ends the job',
      (run: string): void => world.network.endByClient(run),
      'ended-by-client',
    ],
  ] as const)('stays ended when %s during a pause', async (_what, happen, outcome) => {
    world.engine.scripts.set('train', failing);
    const run = take('always');
    await pass(60_000);
    await until(() => world.engine.running().length === 0);
    const before = restarts();
    happen(run);
    await world.untilClosed();
    expect(restarts()).toBe(before);
    expect(world.lastClosed().summary).toMatchObject({ outcome, status: 'stopped' });
    expect(operation(run)).toMatchObject({ exitCode: 7, problem: null });
  });

  it('stays ended when its time is over', async () => {
    world.engine.scripts.set('train', failing);
    const offer = world.network.assign(oneOperation({ restart_policy: 'always' }), {
      timeoutSeconds: 300,
    });
    await world.runToEnd(offer);
    expect(world.lastClosed().receipt).toMatchObject({ paidSeconds: 300 });
  });

  it('is ended for good when it filled its share of the disk, and says so', async () => {
    world.engine.scripts.set('train', { runMs: 100, exitCode: 137, diskExceeded: true });
    const run = take('always');
    await world.untilClosed();
    const message = 'It wrote more than its share of the disk and was ended.';
    expect(operation(run)).toMatchObject({ problem: message, restarts: 0 });
    expect(world.network.result(run)).toMatchObject({
      opStates: [{ status: 'failed', errors: [{ event: 'operation-error', message }] }],
    });
  });

  it('waits for an engine that does not answer, and then runs', async () => {
    world.engine.scripts.set('train', { ...failing, runMs: 1000, restarts: [{ exitCode: 0 }] });
    const run = take('on-failure');
    const problem = new OffpeakError('containers.engine-lost').toReport();
    const restart = vi.spyOn(world.engine, 'restart');
    for (let time = 0; time < 2; time += 1) {
      restart.mockResolvedValueOnce({ ok: false, problem });
    }
    await until(() => world.room.obstacle() !== null);
    await world.untilClosed();
    expect(operation(run)).toMatchObject({ exitCode: 0, restarts: 1, problem: null });
    expect(await world.printed(run, 'train')).toEqual(['again', 'again']);
  });

  it('fails, with its last exit, when the engine cannot start it again', async () => {
    world.engine.scripts.set('train', failing);
    const problem = new OffpeakError('containers.start-failed').toReport();
    vi.spyOn(world.engine, 'restart').mockResolvedValue({ ok: false, problem });
    const run = take('always');
    await world.untilClosed();
    expect(operation(run)).toMatchObject({ exitCode: 7, problem: problem.message });
  });
});

import { describe, expect, it } from 'vitest';
import { planDefinition } from '../../../../app/jobs/definition/plan.ts';
import type { OperationProgress, Steps } from '../../../../app/jobs/definition/steps.ts';
import { nextSteps } from '../../../../app/jobs/definition/steps.ts';
import { job, run, valid } from './samples.ts';

const starting = { started: true, ready: false, ended: false };
const ready = { started: true, ready: true, ended: false };
const endedWell = { started: true, ready: true, ended: true };
const failed = { started: true, ready: false, ended: true };
const skipped = { started: false, ready: false, ended: true };

type States = Record<string, OperationProgress>;

function steps(ops: Record<string, unknown>[], states: States): Steps {
  const planning = planDefinition(valid(job(ops)));
  if (!planning.ok) throw new Error('the test needs a plan');
  return nextSteps(planning.plan, new Map(Object.entries(states)));
}

const op = (id: string, ...depends_on: string[]): Record<string, unknown> =>
  run(id, {}, { execution: { group: 'g', depends_on } });

const clinging = (id: string, ...depends_on: string[]): Record<string, unknown> =>
  run(id, {}, { execution: { group: 'g', depends_on, stop_if_dependent_stops: true } });

const later = run('later', {}, { execution: { group: 'h' } });

describe('what to do next in a group', () => {
  const diamond = [op('top'), op('left', 'top'), op('right', 'top'), op('end', 'left', 'right')];

  it('starts everything that waits for nothing', () => {
    expect(steps([op('a'), op('b'), op('c', 'a')], {}).start).toEqual(['a', 'b']);
  });

  it('starts nothing twice', () => {
    expect(steps([op('a'), op('b')], { a: starting }).start).toEqual(['b']);
    expect(steps([op('a'), op('b')], { a: ready, b: starting }).start).toEqual([]);
  });

  it('waits until a dependency is ready, not only started', () => {
    expect(steps(diamond, { top: starting }).start).toEqual([]);
    expect(steps(diamond, { top: ready }).start).toEqual(['left', 'right']);
  });

  it('waits for all dependencies, not for the first', () => {
    expect(steps(diamond, { top: ready, left: ready, right: starting }).start).toEqual([]);
    expect(steps(diamond, { top: ready, left: ready, right: ready }).start).toEqual(['end']);
  });

  it('lets a dependency that was ready and has ended count as ready', () => {
    expect(steps(diamond, { top: endedWell, left: endedWell, right: ready }).start).toEqual([
      'end',
    ]);
  });

  it('skips what waits for something that never became ready, and what waits for the skipped', () => {
    const states: States = { top: ready, left: failed, right: ready };
    expect(steps(diamond, states)).toEqual({ start: [], stop: [], skip: ['end'], done: false });
    const chain = [op('a'), op('b', 'a'), op('c', 'b')];
    expect(steps(chain, { a: failed }).skip).toEqual(['b']);
    expect(steps(chain, { a: failed, b: skipped }).skip).toEqual(['c']);
  });

  it('stops what clings to a dependency that has ended, and only that', () => {
    const ops = [op('a'), clinging('b', 'a'), op('c', 'a')];
    expect(steps(ops, { a: ready, b: ready, c: ready }).stop).toEqual([]);
    expect(steps(ops, { a: endedWell, b: ready, c: ready }).stop).toEqual(['b']);
    expect(steps(ops, { a: endedWell, b: endedWell, c: ready }).stop).toEqual([]);
  });

  it('does not start what it would have to stop at once', () => {
    expect(steps([op('a'), clinging('b', 'a')], { a: endedWell })).toMatchObject({
      start: [],
      skip: ['b'],
    });
  });
});

describe('what to do next with several groups', () => {
  it('keeps a later group waiting until every operation of the earlier has ended', () => {
    expect(steps([op('a'), op('b'), later], { a: endedWell, b: ready }).start).toEqual([]);
    expect(steps([op('a'), op('b'), later], { a: endedWell, b: endedWell }).start).toEqual([
      'later',
    ]);
  });

  it('goes on with the next group after a failure', () => {
    expect(steps([op('a'), later], { a: failed }).start).toEqual(['later']);
  });

  it('is done when everything has ended, and not before', () => {
    expect(steps([op('a'), later], { a: endedWell, later: starting }).done).toBe(false);
    expect(steps([op('a'), later], { a: endedWell, later: failed })).toEqual({
      start: [],
      stop: [],
      skip: [],
      done: true,
    });
  });
});

describe('a runner that follows the steps', () => {
  it('brings every plan to its end, whatever fails', () => {
    const ops = [op('a'), op('b', 'a'), clinging('c', 'a', 'b'), op('d', 'c', 'b'), later];
    for (let mask = 0; mask < 32; mask += 1) {
      expect([mask, followToTheEnd(ops, mask)]).toEqual([mask, true]);
    }
  });
});

/** Plays all steps; the bits of `mask` say which operations fail before they are ready. */
function followToTheEnd(ops: Record<string, unknown>[], mask: number): boolean {
  const states: States = {};
  for (let round = 0; round < 20; round += 1) {
    const { start, stop, skip, done } = steps(ops, states);
    if (done) return true;
    for (const id of skip) states[id] = skipped;
    for (const id of stop) states[id] = endedWell;
    for (const id of start) states[id] = starting;
    if (start.length + stop.length + skip.length > 0) continue;
    // Nothing to do: let the first running operation get one state further.
    const running = ops.findIndex((one) => states[String(one['id'])]?.ended === false);
    const id = String(ops[running]?.['id']);
    if (states[id] === ready) states[id] = endedWell;
    else states[id] = (mask & (1 << running)) === 0 ? ready : failed;
  }
  return false;
}

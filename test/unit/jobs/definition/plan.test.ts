import { describe, expect, it } from 'vitest';
import { planDefinition } from '../../../../app/jobs/definition/plan.ts';
import { complaints, job, run, valid } from './samples.ts';

const inGroup = (id: string, group?: string, ...depends_on: string[]): Record<string, unknown> =>
  run(id, {}, { execution: { group, ...(depends_on.length > 0 ? { depends_on } : {}) } });

const planOf = (...ops: unknown[]): unknown => planDefinition(valid(job(ops)));

describe('the plan of a job', () => {
  it('runs groups in the order in which they first appear', () => {
    const plan = planOf(inGroup('a', 'x'), inGroup('b'), inGroup('c', 'y'), inGroup('d', 'x', 'a'));
    const planned = { dependsOn: [], stopIfDependentStops: false };
    expect(plan).toEqual({
      ok: true,
      plan: {
        groups: [
          {
            name: 'x',
            operations: [
              { ...planned, id: 'a', index: 0 },
              { ...planned, id: 'd', index: 3, dependsOn: ['a'] },
            ],
          },
          { name: 'b', operations: [{ ...planned, id: 'b', index: 1 }] },
          { name: 'y', operations: [{ ...planned, id: 'c', index: 2 }] },
        ],
      },
    });
  });

  it('puts an operation without a group into one named after it, with those that name it', () => {
    expect(planOf(inGroup('a'), inGroup('b', 'a', 'a'))).toMatchObject({
      plan: { groups: [{ name: 'a', operations: [{ id: 'a' }, { id: 'b', dependsOn: ['a'] }] }] },
    });
  });

  it('counts a dependency that is named twice once, and keeps the wish to stop with it', () => {
    const execution = { group: 'g', depends_on: ['a', 'a'], stop_if_dependent_stops: true };
    expect(planOf(inGroup('a', 'g'), run('b', {}, { execution }))).toMatchObject({
      plan: { groups: [{ operations: [{}, { dependsOn: ['a'], stopIfDependentStops: true }] }] },
    });
  });

  it('takes ids that are names of JavaScript for what they are', () => {
    expect(
      complaints(job([inGroup('constructor', 'g'), inGroup('b', 'g', 'constructor')])),
    ).toEqual([]);
    expect(complaints(job([inGroup('a', 'g', 'toString')]))).toEqual([
      'ops[0].execution.depends_on[0]: names no operation of this job',
    ]);
  });
});

describe('a plan that cannot work', () => {
  it.each([
    [
      'waits for itself',
      [inGroup('a', 'g', 'a')],
      'ops[0].execution.depends_on[0]: makes the operation wait for itself',
    ],
    [
      'waits for nobody',
      [inGroup('a', 'g', 'z')],
      'ops[0].execution.depends_on[0]: names no operation of this job',
    ],
    [
      'waits for another group',
      [inGroup('a', 'x'), inGroup('b', 'y', 'a')],
      'ops[1].execution.depends_on[0]: names an operation of another group ("x", not "y")',
    ],
    [
      'waits across two default groups',
      [inGroup('a'), inGroup('b', undefined, 'a')],
      'ops[1].execution.depends_on[0]: names an operation of another group ("a", not "b")',
    ],
    [
      'has an id twice',
      [inGroup('a', 'x'), inGroup('b'), inGroup('a', 'y')],
      'ops[2].id: is the same as ops[0].id',
    ],
    [
      'goes in a circle',
      [
        inGroup('start', 'g'),
        inGroup('a', 'g', 'start', 'c'),
        inGroup('b', 'g', 'a'),
        inGroup('c', 'g', 'b'),
      ],
      'ops[1].execution.depends_on[1]: goes in a circle, so that nothing can start: a → c → b → a',
    ],
    [
      'waits behind a circle',
      [inGroup('tail', 'g', 'a'), inGroup('a', 'g', 'b'), inGroup('b', 'g', 'a')],
      'ops[1].execution.depends_on[0]: goes in a circle, so that nothing can start: a → b → a',
    ],
  ])('%s', (_, ops, complaint) => {
    expect(complaints(job(ops))).toEqual([complaint]);
  });

  it('has a circle in each of two groups', () => {
    const pair = (group: string): unknown[] => [
      inGroup(`${group}1`, group, `${group}2`),
      inGroup(`${group}2`, group, `${group}1`),
    ];
    expect(complaints(job([...pair('x'), ...pair('y')]))).toHaveLength(2);
  });
});

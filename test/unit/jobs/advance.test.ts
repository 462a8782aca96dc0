import { describe, expect, it } from 'vitest';
import { advance } from '../../../app/jobs/advance.ts';
import { expiresAt, workOf, type Run } from '../../../app/jobs/run.ts';
import { RunEvent, journalSteps, type RunStep } from '../../../app/jobs/run-event.ts';

const passport = {
  images: ['image:1'],
  gpu: false,
  ports: [],
  resources: [],
  late: [],
  operations: 1,
  maxDurationSeconds: 60,
  pricePerSecond: '48',
  poster: 'poster',
  market: 'market',
  isolation: [],
  refusals: [],
};
const problem = { code: 'x', message: 'It is bad.', remedy: 'None.' };
const end = {
  startedAt: 1,
  endedAt: 2,
  exitCode: 0,
  outOfMemory: false,
  failure: null,
  stoppedBy: null,
};
const payment = { paidSeconds: 5, payoutBaseUnits: '240', refundBaseUnits: '0', endedAt: 9 };

/** One example of every kind of step. */
const examples: readonly RunStep[] = [
  {
    type: 'offered',
    network: 'practice',
    host: 'me',
    practice: true,
    offer: {
      run: 'run',
      job: 'job',
      market: 'market',
      poster: 'poster',
      definitionCid: 'cid',
      pricePerSecond: '48',
      timeoutSeconds: 60,
      assignedAt: 1000,
    },
  },
  { type: 'definition-fetched', definition: '{}', stub: null },
  {
    type: 'accepted',
    passport,
    groups: [
      {
        name: 'g',
        operations: [
          { id: 'op', index: 0, image: 'image:1', dependsOn: [], stopIfDependentStops: false },
        ],
      },
    ],
    hostAddress: null,
    cards: [],
    title: 'A job',
    image: 'image:1',
  },
  { type: 'refused', reasons: ['No.'], passport: null, title: null, image: null },
  { type: 'pull-started', image: 'image:1' },
  { type: 'pulled', image: 'image:1', imageId: 'sha', digest: null },
  { type: 'pull-failed', image: 'image:1', problem },
  { type: 'resource-started', label: 'model' },
  { type: 'resource-ready', label: 'model' },
  { type: 'resource-failed', label: 'model', problem },
  { type: 'images-ready' },
  { type: 'operation-starting', operation: 'op' },
  { type: 'operation-started', operation: 'op', containerId: 'c1' },
  { type: 'operation-ready', operation: 'op' },
  {
    type: 'operation-restarting',
    operation: 'op',
    restart: 1,
    exitCode: 1,
    endedRun: 5,
    byClient: false,
  },
  { type: 'operation-stop-asked', operation: 'op' },
  { type: 'operation-restart-asked', operation: 'op' },
  { type: 'operation-skipped', operation: 'op', reason: 'No.' },
  { type: 'operation-ended', operation: 'op', end },
  { type: 'extended', timeoutSeconds: 120 },
  { type: 'cause-decided', cause: 'ended-by-client', detail: 'Ended.' },
  { type: 'log-incomplete', reason: 'disk full' },
  { type: 'result-built', sha256: 'abc', bytes: 3, status: 'success' },
  { type: 'result-delivered', ok: true, detail: 'Sent.' },
  { type: 'result-stored', cid: 'result' },
  {
    type: 'settlement-signed',
    transaction: {
      kind: 'finish',
      signature: 's1',
      wire: '',
      lastValidBlockHeight: 1,
      genesis: 'g',
    },
  },
  { type: 'settlement-expired', signature: 's1' },
  { type: 'settlement-rejected', signature: 's1', problem },
  { type: 'settlement-confirmed', state: 'settled', payment, resultCid: 'result' },
  { type: 'closed', outcome: 'paid', receipt: null },
];

type Kind = RunStep['type'];

function example(type: Kind): RunStep {
  const found = examples.find((step) => step.type === type);
  if (found === undefined) throw new Error(`no example of ${type}`);
  return found;
}

function live(...kinds: Kind[]): Run | null {
  let at = 1000;
  return kinds.reduce<Run | null>((run, kind) => {
    at += 1000;
    return advance(run, { v: 1, at, step: example(kind) });
  }, null);
}

const toPulling: Kind[] = ['offered', 'definition-fetched', 'accepted'];
const toRunning: Kind[] = [...toPulling, 'images-ready'];
const toStoring: Kind[] = [...toRunning, 'cause-decided', 'result-built'];
const toSettling: Kind[] = [...toStoring, 'result-stored'];
const toSettled: Kind[] = [...toSettling, 'settlement-confirmed'];

/** For each situation of a run: the kinds of step that are possible, and the stage after each. */
const table: readonly (readonly [
  situation: string,
  way: Kind[],
  possible: Partial<Record<Kind, string>>,
])[] = [
  ['nothing yet', [], { offered: 'offered' }],
  [
    'offered',
    ['offered'],
    {
      'definition-fetched': 'judging',
      refused: 'settling',
      extended: 'offered',
      'cause-decided': 'settling',
    },
  ],
  [
    'judging',
    ['offered', 'definition-fetched'],
    { accepted: 'pulling', refused: 'settling', extended: 'judging', 'cause-decided': 'settling' },
  ],
  [
    'pulling',
    toPulling,
    {
      'pull-started': 'pulling',
      pulled: 'pulling',
      'pull-failed': 'pulling',
      'resource-started': 'pulling',
      'resource-ready': 'pulling',
      'resource-failed': 'pulling',
      'images-ready': 'running',
      'operation-skipped': 'pulling',
      extended: 'pulling',
      'cause-decided': 'pulling',
      'log-incomplete': 'pulling',
    },
  ],
  [
    'running, nothing started',
    toRunning,
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      'operation-starting': 'running',
      'operation-skipped': 'running',
      'operation-ended': 'running',
      extended: 'running',
      'cause-decided': 'running',
      'log-incomplete': 'running',
    },
  ],
  [
    'running, a container about to start',
    [...toRunning, 'operation-starting'],
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      'operation-started': 'running',
      'operation-stop-asked': 'running',
      'operation-ended': 'running',
      extended: 'running',
      'cause-decided': 'running',
      'log-incomplete': 'running',
    },
  ],
  [
    'running, a container that runs',
    [...toRunning, 'operation-starting', 'operation-started'],
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      'operation-ready': 'running',
      'operation-restarting': 'running',
      'operation-stop-asked': 'running',
      'operation-restart-asked': 'running',
      'operation-ended': 'running',
      extended: 'running',
      'cause-decided': 'running',
      'log-incomplete': 'running',
    },
  ],
  [
    'running, a container that its client stops',
    [...toRunning, 'operation-starting', 'operation-started', 'operation-stop-asked'],
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      'operation-ready': 'running',
      'operation-restarting': 'running',
      'operation-stop-asked': 'running',
      'operation-ended': 'running',
      extended: 'running',
      'cause-decided': 'running',
      'log-incomplete': 'running',
    },
  ],
  [
    'running, a container that has ended',
    [...toRunning, 'operation-starting', 'operation-started', 'operation-ended'],
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      'operation-restart-asked': 'running',
      extended: 'running',
      'cause-decided': 'running',
      'log-incomplete': 'running',
    },
  ],
  [
    'running, its end decided',
    [...toRunning, 'operation-starting', 'operation-started', 'operation-ended', 'cause-decided'],
    {
      'resource-started': 'running',
      'resource-ready': 'running',
      'resource-failed': 'running',
      extended: 'running',
      'log-incomplete': 'running',
      'result-built': 'storing',
    },
  ],
  [
    'storing',
    toStoring,
    {
      'result-built': 'storing',
      'result-delivered': 'storing',
      'result-stored': 'settling',
      'settlement-confirmed': 'settling',
    },
  ],
  ['settling', toSettling, { 'settlement-signed': 'settling', 'settlement-confirmed': 'settling' }],
  [
    'settling, a transaction on its way',
    [...toSettling, 'settlement-signed'],
    {
      'settlement-expired': 'settling',
      'settlement-rejected': 'settling',
      'settlement-confirmed': 'settling',
    },
  ],
  ['settled', toSettled, { closed: 'closed' }],
  ['closed', [...toSettled, 'closed'], {}],
];

describe('the steps of a run', () => {
  it('are all known to the journal, in both directions', () => {
    expect(examples.map(({ type }) => type)).toEqual(journalSteps);
    for (const step of examples) {
      const event: RunEvent = { v: 1, at: 5, step };
      expect(RunEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    }
  });

  it('of another version are not read as ours', () => {
    const step = example('images-ready');
    expect(RunEvent.safeParse({ v: 2, at: 5, step }).success).toBe(false);
  });
});

describe('a run with', () => {
  it.each(table)('%s takes the steps that are possible, and no others', (_what, way, possible) => {
    const run = live(...way);
    for (const kind of journalSteps) {
      const event: RunEvent = { v: 1, at: 99_000, step: example(kind) };
      const stage = possible[kind];
      if (stage !== undefined) expect(advance(run, event).stage, kind).toBe(stage);
      else {
        expect(() => advance(run, event), kind).toThrow(
          expect.objectContaining({ code: 'jobs.illegal-step' }),
        );
      }
    }
  });
});

describe('a run', () => {
  it('never changes the run it comes from', () => {
    const before = live(...toRunning);
    const copy = structuredClone(before);
    advance(before, { v: 1, at: 5, step: example('operation-starting') });
    expect(before).toEqual(copy);
  });

  it('expires later after an extension', () => {
    const run = live(...toRunning, 'extended');
    expect(run === null ? null : expiresAt(run)).toBe(1000 + 120_000);
  });

  it('keeps the time of its stage, not of every step', () => {
    expect(live(...toRunning, 'operation-starting')?.stageSince).toBe(5000);
  });

  it('takes steps about operations it has, and only those', () => {
    const step: RunStep = { type: 'operation-starting', operation: 'unknown' };
    expect(() => advance(live(...toRunning), { v: 1, at: 5, step })).toThrow('not possible');
  });

  it('forgets only the transaction that it has on its way', () => {
    const step: RunStep = { type: 'settlement-expired', signature: 'another' };
    const run = live(...toSettling, 'settlement-signed');
    expect(() => advance(run, { v: 1, at: 5, step })).toThrow('not possible');
  });

  it('takes a stop that is asked for while its container starts along', () => {
    const run = live(
      ...toRunning,
      'operation-starting',
      'operation-stop-asked',
      'operation-started',
    );
    expect(workOf(run ?? never())?.operations[0]).toMatchObject({
      state: 'running',
      asked: 'stop',
    });
  });

  it('grants a wish for a restart with the restart, and with nothing before', () => {
    const started: Kind[] = [...toRunning, 'operation-starting', 'operation-started'];
    const asked = live(...started, 'operation-restart-asked', 'operation-ready');
    expect(workOf(asked ?? never())?.operations[0]).toMatchObject({ asked: 'restart', tries: 0 });
    const byPolicy = advance(asked, { v: 1, at: 5, step: example('operation-restarting') });
    expect(workOf(byPolicy)?.operations[0]).toMatchObject({ asked: 'restart', tries: 1 });
    const step: RunStep = {
      type: 'operation-restarting',
      operation: 'op',
      restart: 2,
      exitCode: 143,
      endedRun: 7,
      byClient: true,
    };
    const granted = advance(byPolicy, { v: 1, at: 6, step });
    expect(workOf(granted)?.operations[0]).toMatchObject({ asked: null, tries: 0, restarts: 2 });
  });

  it('starts an ended operation again in the container it had', () => {
    const ended: Kind[] = ['operation-starting', 'operation-started', 'operation-ended'];
    const run = live(...toRunning, ...ended, 'operation-restart-asked');
    expect(workOf(run ?? never())?.operations[0]).toMatchObject({
      state: 'running',
      containerId: 'c1',
      asked: 'restart',
    });
  });

  it('reads a restart that was written before clients could ask for one', () => {
    const step = { type: 'operation-restarting', operation: 'op', restart: 1, exitCode: 1 };
    expect(RunEvent.parse({ v: 1, at: 5, step })).toMatchObject({
      step: { byClient: false, endedRun: null },
    });
  });

  it('can be ended by the owner only after it was accepted', () => {
    const step: RunStep = { type: 'cause-decided', cause: 'handed-back', detail: '' };
    expect(() => advance(live('offered'), { v: 1, at: 5, step })).toThrow('not possible');
    expect(advance(live(...toPulling), { v: 1, at: 5, step }).stage).toBe('pulling');
  });
});

function never(): never {
  throw new Error('There is a run.');
}

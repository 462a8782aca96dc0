import type { FlowState as NetworkFlowState } from '@nosana/types';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../app/jobs/log-record.ts';
import {
  encodeResult,
  resultDocument,
  type FlowState,
  type LogTail,
} from '../../../app/jobs/result-document.ts';
import type { Found } from '../../../app/jobs/results/pattern.ts';
import type { Work } from '../../../app/jobs/run.ts';
import type { Cause, OperationEnd, OperationRecord } from '../../../app/jobs/run-parts.ts';

const whole: OperationEnd = {
  startedAt: 2000,
  endedAt: 3000,
  exitCode: 0,
  outOfMemory: false,
  failure: null,
  stoppedBy: null,
};

function ended(id: string, index: number, end: Partial<OperationEnd> = {}): OperationRecord {
  const planned = { id, index, group: id, image: 'i', dependsOn: [], stopIfDependentStops: false };
  return {
    ...planned,
    state: 'ended',
    containerId: `c-${id}`,
    ready: true,
    restarts: 0,
    end: { ...whole, ...end },
  };
}

function work(operations: OperationRecord[], cause: Cause = 'finished'): Work {
  return {
    groups: [],
    hostAddress: null,
    cards: [],
    pulls: [],
    resources: [],
    operations,
    cause: { cause, detail: 'Because.', at: 4000 },
    logIncomplete: null,
  };
}

function line(operation: string, text: string, stream: LogRecord['stream'] = 'stdout'): LogRecord {
  const ts = stream === 'host' ? null : '2026-01-01T00:00:00.123456789Z';
  return { at: 1_767_225_600_123, operation, stream, text, ts };
}

function build(what: Work, log: Partial<LogTail> = {}): FlowState {
  const tail = { records: [], cut: false, ...log };
  return resultDocument(what, { tail, results: new Map() }, 1000);
}

describe('a result document', () => {
  it('has the shape that the network’s own types ask for', () => {
    const document: NetworkFlowState = build(work([ended('a', 0)]), { records: [line('a', 'x')] });
    expect(document).toEqual({
      status: 'success',
      startTime: 1000,
      endTime: 4000,
      secrets: {},
      opStates: [
        {
          operationId: 'a',
          group: 'a',
          providerId: 'c-a',
          status: 'success',
          startTime: 2000,
          endTime: 3000,
          exitCode: 0,
          logs: [{ type: 'stdout', log: 'x', timestamp: '2026-01-01T00:00:00.123456789Z' }],
          diagnostics: { reason: { hostShutDown: false, jobStopped: false, jobExpired: false } },
        },
      ],
    });
  });

  it('lists operations as the definition does, each with its own lines', () => {
    const records = [line('b', '1'), line('a', '2', 'stderr'), line('b', '3', 'host')];
    const { opStates } = build(work([ended('b', 1), ended('a', 0)]), { records });
    expect(opStates.map(({ operationId }) => operationId)).toEqual(['a', 'b']);
    expect(opStates.map(({ logs }) => logs.map(({ type, log }) => [type, log]))).toEqual([
      [['stderr', '2']],
      [
        ['stdout', '1'],
        ['nodeerr', '3'],
      ],
    ]);
  });

  it('is written in the bytes that a pinning service would write', () => {
    const document = build(work([ended('a', 0)]), { records: [line('a', '\ud800 "é" 🙂\u0000')] });
    const bytes = encodeResult(document);
    const text = bytes.toString('utf8');
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
    expect(Buffer.from(text)).toEqual(bytes);
  });

  it('is the same whenever it is built from the same records', () => {
    const what = work([ended('a', 0)]);
    expect(encodeResult(build(what))).toEqual(encodeResult(build(what)));
  });
});

describe('the status of a job', () => {
  const failed = ended('b', 1, { exitCode: 1 });
  const stopped = ended('b', 1, { exitCode: 137, stoppedBy: 'handed-back' });

  it.each([
    ['finished', [ended('a', 0)], 'success'],
    ['finished', [ended('a', 0), failed], 'failed'],
    ['expired', [ended('b', 1, { exitCode: 137, stoppedBy: 'expired' })], 'success'],
    ['handed-back', [stopped], 'stopped'],
    ['handed-back', [failed, stopped], 'failed'],
    ['ended-by-client', [ended('b', 1, { exitCode: 0, stoppedBy: 'ended-by-client' })], 'stopped'],
  ] as const)('that was %s is a word of the network', (cause, operations, status) => {
    expect(build(work([...operations], cause)).status).toBe(status);
  });
});

describe('an operation', () => {
  it('that failed before it had an exit code has the network’s own, and the reason', () => {
    const failure = { event: 'image-pull-error', message: 'No such image.' } as const;
    const [result] = build(work([ended('a', 0, { exitCode: null, failure })])).opStates;
    expect(result).toMatchObject({ status: 'failed', exitCode: 2, errors: [failure] });
  });

  it('that was stopped says who stopped it', () => {
    const reasons = (['handed-back', 'ended-by-client', 'expired'] as const).map((cause) => {
      const [result] = build(work([ended('a', 0, { stoppedBy: cause })], cause)).opStates;
      const { hostShutDown, jobStopped, jobExpired, reason } = result?.diagnostics.reason ?? {};
      return [hostShutDown, jobStopped, jobExpired, reason];
    });
    expect(reasons).toEqual([
      [true, false, false, 'Because.'],
      [false, true, false, 'Because.'],
      [false, false, true, 'Because.'],
    ]);
  });

  it('that never ran has no times and no exit code', () => {
    const { id, index, group, image, dependsOn, stopIfDependentStops } = ended('a', 0);
    const planned = { id, index, group, image, dependsOn, stopIfDependentStops };
    const skipped: OperationRecord = { ...planned, state: 'skipped', reason: 'It had no chance.' };
    const [result] = build(work([skipped], 'handed-back')).opStates;
    expect(result).toMatchObject({
      status: 'stopped',
      startTime: null,
      endTime: null,
      exitCode: null,
      diagnostics: { reason: { hostShutDown: true, reason: 'It had no chance.' } },
    });
  });
});

describe('results that were read from the log', () => {
  function resultsOf(found: Record<string, Found>): unknown {
    const results = new Map([['a', new Map(Object.entries(found))]]);
    const what = work([ended('a', 0), ended('b', 1)]);
    const { opStates } = resultDocument(what, { tail: { records: [], cut: false }, results }, 1000);
    expect(opStates[1]).not.toHaveProperty('results');
    return opStates[0]?.results;
  }

  it('stand with their operation, in the shape of the network', () => {
    const results = resultsOf({
      loss: { ok: true, entries: ['loss=1', '1'], cut: null },
      none: { ok: true, entries: [], cut: null },
      bad: { ok: false, why: 'SyntaxError: …' },
    });
    expect(results).toEqual({ loss: ['loss=1', '1'], none: [], bad: 'SyntaxError: …' });
  });

  it('say where something was left out', () => {
    expect(
      resultsOf({
        large: { ok: true, entries: ['x'], cut: 'size' },
        slow: { ok: true, entries: ['y'], cut: 'time' },
      }),
    ).toEqual({
      large: ['x', '[… left out: a result holds 1000 entries or 65536 bytes]'],
      slow: ['y', '[… left out: reading the results took too long]'],
    });
  });
});

describe('a log that is not whole', () => {
  it('says where its beginning was left out', () => {
    const { opStates } = build(work([ended('a', 0), ended('b', 1)]), {
      records: [line('b', 'last')],
      cut: true,
    });
    expect(opStates[0]?.logs).toEqual([]);
    expect(opStates[1]?.logs[0]).toMatchObject({ type: 'nodeerr' });
    expect(opStates[1]?.logs[0]?.log).toContain('beginning of the log is left out');
    expect(opStates[1]?.logs[1]?.log).toBe('last');
  });

  it('says that lines are missing', () => {
    const { opStates } = build({ ...work([ended('a', 0)]), logIncomplete: 'disk full' });
    expect(opStates[0]?.logs.map(({ log }) => log)).toEqual([
      'This log is not complete: disk full.',
    ]);
  });
});

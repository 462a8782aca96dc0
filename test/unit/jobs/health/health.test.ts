import { describe, expect, it } from 'vitest';
import {
  afterCheck,
  beginChecks,
  dueChecks,
  isReady,
  nextDueAt,
  portStatus,
  type CheckState,
} from '../../../../app/jobs/health/health.ts';

function http(continuous: boolean) {
  return { type: 'http', path: '/', method: 'GET', expected_status: 200, continuous } as const;
}

function begin(...continuous: boolean[]): CheckState[] {
  return beginChecks([{ port: 80, health_checks: continuous.map(http) }], 0);
}

describe('the checks of a port', () => {
  it('are due at once, then every five seconds until they pass', () => {
    const [check] = begin(false);
    if (check === undefined) throw new Error('there is no check');
    expect(check.dueAt).toBe(0);
    const failed = afterCheck(check, false, 1000);
    expect(failed).toMatchObject({ dueAt: 6000, hasPassed: false, failsNow: false });
    expect(dueChecks([failed], 5999)).toEqual([]);
    expect(dueChecks([failed], 6000)).toEqual([failed]);
  });

  it.each([
    [false, null],
    [true, 31_000],
  ])('go on after they passed only where that is asked for: %s', (continuous, dueAt) => {
    const passed = begin(continuous).map((check) => afterCheck(check, true, 1000));
    expect(nextDueAt(passed)).toBe(dueAt);
  });

  it('must all have passed once before dependents start', () => {
    const [one, other] = begin(false, true);
    if (one === undefined || other === undefined) throw new Error('there are two checks');
    const passed = afterCheck(one, true, 0);
    expect(isReady([passed, other])).toBe(false);
    expect(isReady([passed, afterCheck(other, true, 0)])).toBe(true);
    expect(isReady([])).toBe(true);
  });

  it('tell of a port: unknown, online, offline, online again', () => {
    let checks = begin(true);
    const make = (passes: boolean): string => {
      checks = checks.map((check) => afterCheck(check, passes, 0));
      return portStatus(checks, 80);
    };
    expect(portStatus(checks, 80)).toBe('unknown');
    expect([false, true, false, true].map(make)).toEqual([
      'unknown',
      'online',
      'offline',
      'online',
    ]);
    expect(isReady(checks)).toBe(true);
  });

  it('tell nothing of a port that has none', () => {
    expect(portStatus(beginChecks([{ port: 80 }], 0), 80)).toBe('unknown');
  });
});

import { describe, expect, it } from 'vitest';
import { attemptsAt } from '../../../../app/containers/prove/attempts.ts';
import { capabilityMask } from '../../../../app/containers/prove/capability-mask.ts';
import { type ProbeRun, verdictOn } from '../../../../app/containers/prove/verdict.ts';
import { KEPT_CAPABILITIES } from '../../../../app/containers/isolation.ts';
import type { ContainerEnd } from '../../../../app/jobs/ports.ts';

const ATTEMPT = {
  id: 'disk',
  question: 'Can a job fill your disk?',
  probe: ['disk', '/filler'],
  rule: 'the limit on its disk',
};

function exited(more: Partial<Extract<ContainerEnd, { state: 'exited' }>> = {}): ContainerEnd {
  const end = { exitCode: 0, outOfMemory: false, diskExceeded: false, startedAt: 1, endedAt: 2 };
  return { state: 'exited', ...end, ...more };
}

function said(line: object): ProbeRun {
  return { state: 'ran', lines: ['noise', JSON.stringify(line)], end: exited() };
}

describe('the verdict on an attempt', () => {
  it('is that it was stopped, by the rule and the word of the kernel', () => {
    const line = { attempt: 'disk', reached: false, tried: 'to write', stopped: 'ENOSPC' };
    expect(verdictOn(ATTEMPT, said(line))).toEqual({
      id: 'disk',
      question: 'Can a job fill your disk?',
      tried: 'to write',
      outcome: 'stopped',
      stoppedBy: 'the limit on its disk (ENOSPC)',
    });
  });

  it('is that it was reached, with what was found', () => {
    const detail = { bytes: 5 };
    const line = { attempt: 'disk', reached: true, tried: 'to write', stopped: null, detail };
    expect(verdictOn(ATTEMPT, said(line))).toMatchObject({
      outcome: 'reached',
      stoppedBy: null,
      tried: 'to write: {"bytes":5}',
    });
  });

  it('is that a limit stopped it, where that ended the probe itself', () => {
    for (const end of [
      exited({ exitCode: 137, outOfMemory: true }),
      exited({ diskExceeded: true }),
    ]) {
      expect(verdictOn(ATTEMPT, { state: 'ran', lines: [], end }).outcome).toBe('stopped');
    }
  });

  it.each<[string, ProbeRun]>([
    ['did not start', { state: 'not-started', why: 'No image.' }],
    ['could not try', { state: 'ran', lines: ['{"error":"x"}'], end: exited({ exitCode: 3 }) }],
    ['was killed by something else', { state: 'ran', lines: [], end: exited({ exitCode: 137 }) }],
    ['vanished', { state: 'ran', lines: [], end: { state: 'vanished' } }],
  ])('is that nothing is proved by a probe that %s', (_what, run) => {
    expect(verdictOn(ATTEMPT, run)).toMatchObject({ outcome: 'untried' });
  });
});

describe('the attempts', () => {
  it('each have an id of their own, a question and a rule', () => {
    const none = { word: 'w', secretFile: '/s', computer: [], otherJob: [], router: [] };
    const attempts = attemptsAt(none, '00');
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
    for (const { question, rule } of attempts) {
      expect(question).toMatch(/^Can a job .*\?$/);
      expect(rule).not.toBe('');
    }
  });

  it('compare the rights of a job with those that it is meant to keep', () => {
    // As /proc/self/status shows it for exactly these six (linux/capability.h).
    expect(capabilityMask(KEPT_CAPABILITIES)).toBe('00000000000000eb');
  });
});

import { describe, expect, it } from 'vitest';
import { Buckets } from '../../../app/owner-api/buckets.ts';
import { Gate, type Admission } from '../../../app/owner-api/gate.ts';
import { Seats } from '../../../app/owner-api/seats.ts';

/* A signature is the word "good" here: signing is not what this is about. */

class Clock {
  now = 1_000_000;
  checks = 0;
  readonly gate = new Gate(
    {
      ownerOf: (job) =>
        job === 'other' ? null : { poster: 'poster', messages: [job], timeoutSeconds: 60 },
    },
    (header) => {
      this.checks += 1;
      return header === 'good' ? { message: 'job', time: this.now } : null;
    },
    () => this.now,
  );

  ask(header: string | undefined, { job = 'job', source = 'there' } = {}): Admission {
    return this.gate.admitOwner({ job, header, source, changes: false });
  }

  statuses(count: number, header: string | undefined, more = {}): (number | 'in')[] {
    return Array.from({ length: count }, () => {
      const admission = this.ask(header, more);
      return admission.ok ? 'in' : admission.status;
    });
  }
}

describe('the gate', () => {
  it('lets strangers ask only so often, each by where they come from', () => {
    const clock = new Clock();
    const asked = Array.from({ length: 100 }, () => clock.gate.admitsStranger('there'));
    expect(asked.filter(Boolean)).toHaveLength(60);
    expect(clock.gate.admitsStranger('elsewhere')).toBe(true);
    clock.now += 1000;
    const later = Array.from({ length: 100 }, () => clock.gate.admitsStranger('there'));
    expect(later.filter(Boolean)).toHaveLength(10);
  });

  it('counts those without a header, and those of jobs that are not in hand, as strangers', () => {
    const clock = new Clock();
    expect(clock.statuses(60, undefined).every((status) => status === 401)).toBe(true);
    expect(clock.statuses(1, 'good', { job: 'other' })).toEqual([429]);
    expect(clock.checks).toBe(0);
  });

  it('tells who shows many bad signatures no more', () => {
    const clock = new Clock();
    const statuses = clock.statuses(25, 'bad');
    expect(statuses.indexOf(429)).toBe(20);
    clock.now += 3000;
    expect(clock.statuses(2, 'bad')).toEqual([401, 429]);
  });

  it('lets the owner in, whatever strangers from the same place use up', () => {
    const clock = new Clock();
    clock.statuses(100, 'bad');
    clock.statuses(100, undefined);
    expect(clock.statuses(1, 'good')).toEqual(['in']);
  });

  it('lets the owner come only so often, too', () => {
    const clock = new Clock();
    expect(clock.statuses(61, 'good').filter((status) => status === 'in')).toHaveLength(60);
  });

  it('checks only so many signatures in a second', () => {
    const clock = new Clock();
    clock.statuses(1000, 'bad');
    expect(clock.checks).toBe(400);
    clock.now += 1000;
    clock.statuses(1000, 'bad');
    expect(clock.checks).toBe(600);
  });
});

describe('the counting', () => {
  it('stays small, however many there are to be counted', () => {
    let now = 0;
    const buckets = new Buckets({ burst: 1, perSecond: 0 }, () => now);
    expect(buckets.take('first')).toBe(true);
    expect(buckets.take('first')).toBe(false);
    for (let one = 0; one < 1000; one += 1) buckets.take(`source ${one}`);
    now += 1;
    // Forgotten, and so as good as new.
    expect(buckets.take('first')).toBe(true);
    expect(buckets.take('source 999')).toBe(false);
  });

  it('gives nothing for a clock that is set back', () => {
    let now = 10_000;
    const buckets = new Buckets({ burst: 1, perSecond: 1 }, () => now);
    buckets.take('one');
    now = 0;
    expect(buckets.take('one')).toBe(false);
    now = 1000;
    expect(buckets.take('one')).toBe(true);
  });
});

describe('the seats', () => {
  it('are so many in all and so many for one job, and are given back once', () => {
    const seats = new Seats(3, 2);
    const first = seats.take('a');
    expect([seats.take('a'), seats.take('a')]).toEqual([expect.any(Function), null]);
    expect([seats.take('b'), seats.take('b')]).toEqual([expect.any(Function), null]);
    first?.();
    first?.();
    expect(seats.take('b')).not.toBeNull();
    expect(seats.take('c')).toBeNull();
  });
});

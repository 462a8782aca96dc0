import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../app/activity/timeline.ts';
import { openDatabase } from '../../../app/storage/database.ts';

function aTimeline(start = 1_000) {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'offpeak-time-')), 'offpeak.db'));
  const clock = { now: start };
  const life = () => new Timeline(db, () => clock.now);
  return { life, clock, db };
}

describe('your day', () => {
  it('is one strip without gaps, off before the first start', () => {
    const { life, clock } = aTimeline();
    const timeline = life();
    timeline.enter('available');
    clock.now = 2_000;
    timeline.enter('working');
    clock.now = 5_000;
    expect(timeline.segments(0, 10_000)).toEqual([
      { from: 0, to: 1_000, phase: 'off' },
      { from: 1_000, to: 2_000, phase: 'available' },
      { from: 2_000, to: 5_000, phase: 'working' },
    ]);
  });

  it('begins in the phase that was on before it', () => {
    const { life, clock } = aTimeline();
    const timeline = life();
    timeline.enter('cooling');
    clock.now = 9_000;
    expect(timeline.segments(3_000, 8_000)).toEqual([{ from: 3_000, to: 8_000, phase: 'cooling' }]);
  });

  it('does not repeat a phase that goes on', () => {
    const { life, clock } = aTimeline();
    const timeline = life();
    timeline.enter('working');
    clock.now = 2_000;
    timeline.enter('working');
    clock.now = 3_000;
    expect(timeline.segments(1_000, 3_000)).toHaveLength(1);
  });

  it('has a gap, and no crash, while the disk is full', () => {
    const { life, clock, db } = aTimeline();
    const timeline = life();
    timeline.enter('working');
    // SQLite's own limit stands in for a full disk: it answers with the same error.
    db.run('CREATE TABLE filler (x TEXT)');
    db.run('PRAGMA max_page_count = 1');
    expect(() => db.run('INSERT INTO filler VALUES (?)', 'x'.repeat(100_000))).toThrow(/full/);
    for (let n = 1; n < 2_000; n++) {
      clock.now += 10;
      timeline.enter(n % 2 ? 'paused' : 'working');
      timeline.heartbeat();
    }
    expect(timeline.segments(1_000, clock.now).length).toBeGreaterThan(0);
  });

  it('shows a killed host as off since its last sign of life', () => {
    const { life, clock } = aTimeline();
    const killed = life();
    killed.enter('working');
    clock.now = 61_000;
    killed.heartbeat();
    clock.now = 500_000;
    const next = life();
    next.enter('available');
    clock.now = 501_000;
    expect(next.segments(1_000, 600_000)).toEqual([
      { from: 1_000, to: 61_000, phase: 'working' },
      { from: 61_000, to: 500_000, phase: 'off' },
      { from: 500_000, to: 501_000, phase: 'available' },
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../app/jobs/journal.ts';
import type { RunEvent, RunStep } from '../../../app/jobs/run-event.ts';
import { openDatabase, type Database } from '../../../app/storage/database.ts';

let db: Database;
let journal: Journal;

beforeEach(() => {
  db = openDatabase(':memory:');
  journal = new Journal(db);
});
afterEach(() => db.close());

function offered(run: string, network = 'practice', assignedAt = 1000, host = 'me'): RunEvent {
  const offer = {
    run,
    job: `job of ${run}`,
    market: 'market',
    poster: 'poster',
    definitionCid: 'cid',
    pricePerSecond: '9007199254740993',
    timeoutSeconds: 60,
    assignedAt,
  };
  return { v: 1, at: 1000, step: { type: 'offered', offer, network, host, practice: true } };
}

function event(step: RunStep): RunEvent {
  return { v: 1, at: 2000, step };
}

describe('the journal', () => {
  it('gives a run back exactly as it was, money included', () => {
    const run = journal.append(null, offered('a'));
    const next = journal.append(
      run,
      event({ type: 'definition-fetched', definition: '{"é":1}', stub: null }),
    );
    expect(journal.replay('a')?.run).toEqual(next);
    expect(journal.replay('a')?.run.offer.pricePerSecond).toBe(9007199254740993n);
    expect(journal.replay('a')?.events).toHaveLength(2);
  });

  it('knows only runs that were offered', () => {
    journal.append(null, offered('a'));
    expect(journal.knows('a')).toBe(true);
    expect(journal.knows('b')).toBe(false);
    expect(journal.replay('b')).toBeNull();
  });

  it('writes nothing for a step that is not possible', () => {
    const run = journal.append(null, offered('a'));
    expect(() => journal.append(run, event({ type: 'images-ready' }))).toThrow('not possible');
    expect(journal.replay('a')?.events).toHaveLength(1);
  });

  it('writes step and list row together or not at all', () => {
    const run = journal.append(null, offered('a'));
    db.run('DROP TABLE runs');
    expect(() =>
      journal.append(run, event({ type: 'definition-fetched', definition: '{}', stub: null })),
    ).toThrow();
    expect(journal.replay('a')?.events).toHaveLength(1);
  });

  it('lists the open runs of one network, oldest first', () => {
    journal.append(null, offered('b', 'practice', 2000));
    journal.append(null, offered('a', 'practice', 1000));
    journal.append(null, offered('c', 'mainnet', 500));
    expect(journal.unclosed('practice', 'me')).toEqual(['a', 'b']);
  });

  it('keeps the open runs of each identity apart', () => {
    journal.append(null, offered('mine', 'practice', 1000, 'me'));
    journal.append(null, offered('other', 'practice', 1000, 'my other card'));
    expect(journal.unclosed('practice', 'me')).toEqual(['mine']);
    expect(journal.unclosed('practice', 'my other card')).toEqual(['other']);
  });

  it('gives runs from before there were identities to the first that asks, and to no other', () => {
    journal.append(null, offered('old', 'practice', 1000, ''));
    expect(journal.unclosed('practice', 'me')).toEqual(['old']);
    expect(journal.unclosed('practice', 'my other card')).toEqual([]);
    expect(journal.unclosed('practice', 'me')).toEqual(['old']);
  });

  it('no longer lists a run that is closed', () => {
    let run = journal.append(null, offered('a'));
    const steps: RunStep[] = [
      { type: 'cause-decided', cause: 'gone', detail: '' },
      { type: 'settlement-confirmed', state: 'gone', payment: null, resultCid: null },
      { type: 'closed', outcome: 'lost', receipt: null },
    ];
    for (const step of steps) run = journal.append(run, event(step));
    expect(journal.unclosed('practice', 'me')).toEqual([]);
    expect(journal.knows('a')).toBe(true);
  });

  it.each(['not json', '{"v":1}', '{"v":2,"at":1,"step":{"type":"images-ready"}}'])(
    'says so when a record cannot be read (%s)',
    (text) => {
      journal.append(null, offered('a'));
      db.run('UPDATE journal SET event = ?', text);
      expect(() => journal.replay('a')).toThrow(
        expect.objectContaining({ code: 'jobs.journal-damaged' }),
      );
    },
  );
});

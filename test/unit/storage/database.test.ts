import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../../app/storage/database.ts';
import { migrations } from '../../../app/storage/migrations.ts';

const Value = z.object({ value: z.string() });

function freshFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'offpeak-db-')), 'deep', 'offpeak.db');
}

describe('the database', () => {
  it('is created with its folder, and keeps what was written', () => {
    const file = freshFile();
    const first = openDatabase(file);
    first.run('INSERT INTO settings (key, value) VALUES (?, ?)', 'a', '1');
    first.close();
    const second = openDatabase(file);
    expect(second.first(Value, 'SELECT value FROM settings WHERE key = ?', 'a')).toEqual({
      value: '1',
    });
    expect(second.first(Value, 'SELECT value FROM settings WHERE key = ?', 'b')).toBeNull();
    second.close();
  });

  it('is durable: write-ahead log, and every commit reaches the disk', () => {
    const db = openDatabase(freshFile());
    const number = z.object({ synchronous: z.number() });
    expect(db.first(number, 'PRAGMA synchronous')?.synchronous).toBe(2);
    db.close();
  });

  it('does all of a transaction or nothing of it', () => {
    const db = openDatabase(freshFile());
    const insert = 'INSERT INTO settings (key, value) VALUES (?, ?)';
    expect(() =>
      db.transaction(() => {
        db.run(insert, 'a', '1');
        throw new Error('on the way');
      }),
    ).toThrow('on the way');
    expect(db.all(Value, 'SELECT value FROM settings')).toEqual([]);
    db.transaction(() => db.run(insert, 'a', '2'));
    expect(db.all(Value, 'SELECT value FROM settings')).toEqual([{ value: '2' }]);
    db.close();
  });

  it('may be read by another process while the host writes', () => {
    const file = freshFile();
    const writer = openDatabase(file);
    writer.run('INSERT INTO settings (key, value) VALUES (?, ?)', 'a', '1');
    const reader = openDatabase(file, { readOnly: true });
    expect(reader.all(Value, 'SELECT value FROM settings')).toHaveLength(1);
    expect(() => reader.run('DELETE FROM settings')).toThrow(/readonly/);
    reader.close();
    writer.close();
  });

  it('of a newer Offpeak is left alone, with the remedy', () => {
    const file = freshFile();
    openDatabase(file).close();
    const raw = new DatabaseSync(file);
    raw.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    raw.close();
    for (const readOnly of [false, true]) {
      expect(() => openDatabase(file, { readOnly })).toThrow(
        expect.objectContaining({ code: 'storage.newer-version' }) as Error,
      );
    }
  });

  it('that no host has made ready yet is not read, and not changed', () => {
    const file = freshFile();
    openDatabase(file).close();
    const raw = new DatabaseSync(file);
    for (const version of [0, migrations.length - 1]) {
      raw.exec(`PRAGMA user_version = ${version}`);
      expect(() => openDatabase(file, { readOnly: true })).toThrow(
        expect.objectContaining({ code: 'storage.older-version' }) as Error,
      );
      expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: version });
    }
    raw.close();
  });

  it('that is no database names the file, and is not overwritten', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'offpeak-db-')), 'offpeak.db');
    writeFileSync(file, 'this is a letter to my aunt, not a database at all');
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        code: 'storage.cannot-open',
        message: expect.stringContaining(file) as string,
      }) as Error,
    );
    expect(readFileSync(file, 'utf8')).toContain('my aunt');
    expect(statSync(file).size).toBe(50);
  });

  it('says that the disk is full when it is', () => {
    const db = openDatabase(freshFile());
    // SQLite's own limit stands in for a full disk: it answers with the same error.
    db.run('PRAGMA max_page_count = 12');
    const insert = 'INSERT INTO settings (key, value) VALUES (?, ?)';
    expect(() => db.run(insert, 'a', 'x'.repeat(1_000_000))).toThrow(
      expect.objectContaining({ code: 'storage.disk-full' }) as Error,
    );
    db.close();
  });
});

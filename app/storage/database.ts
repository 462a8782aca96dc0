import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import { migrations } from './migrations.ts';

/** The few calls the rooms use, so that another SQLite could take node:sqlite's place. */
export interface Database {
  /** Runs one statement with bound values; returns the number of rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** The first row, checked against the schema, or null. */
  first<T>(row: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T | null;
  /** All rows, each checked against the schema. */
  all<T>(row: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T[];
  /** All or nothing: commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Where the one database lies in the home folder. */
export function databaseFile(home: string): string {
  return join(home, 'offpeak.db');
}

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** One entry per version of the file; those of the one database unless it is another file. */
  readonly schema?: readonly string[];
  /** False: a power cut (not a crash) may cost the last second. */
  readonly durable?: boolean;
}

/**
 * Opens an SQLite file, creating and migrating it where needed. `synchronous=FULL` because
 * the journal must survive a power cut, not only a crash. A reader migrates nothing: it refuses what
 * another version wrote, or what a host is about to migrate. Throws `storage.*`.
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  const { readOnly = false, schema = migrations, durable = true } = options;
  try {
    if (!readOnly) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const sqlite = new DatabaseSync(file, { readOnly, timeout: 5000 });
    if (!readOnly) {
      sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON');
      sqlite.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
      migrate(sqlite, schema);
    } else if (versionOf(sqlite, schema) < schema.length) {
      sqlite.close();
      throw new OffpeakError('storage.older-version');
    }
    return wrap(sqlite);
  } catch (error) {
    if (error instanceof OffpeakError) throw error;
    throw new OffpeakError('storage.cannot-open', {
      message: `The database ${file} cannot be opened: ${errorText(error)}.`,
      cause: error,
    });
  }
}

function wrap(sqlite: DatabaseSync): Database {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...values) => guard(() => Number(prepared(sql).run(...values).changes)),
    first(row, sql, ...values) {
      const found = prepared(sql).get(...values);
      return found === undefined ? null : row.parse(found);
    },
    all: (row, sql, ...values) =>
      prepared(sql)
        .all(...values)
        .map((found) => row.parse(found)),
    transaction(work) {
      guard(() => sqlite.exec('BEGIN IMMEDIATE'));
      try {
        const result = work();
        guard(() => sqlite.exec('COMMIT'));
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself; what it says of that must not hide why.
        if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => sqlite.close(),
  };
}

/** A write that fails for want of space is the owner's to mend, and must say so. */
function guard<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (/disk is full|disk I\/O/i.test(errorText(error))) {
      throw new OffpeakError('storage.disk-full', { cause: error });
    }
    throw error;
  }
}

/** How many migrations it has had. */
function versionOf(sqlite: DatabaseSync, schema: readonly string[]): number {
  const row = sqlite.prepare('PRAGMA user_version').get();
  const version = Number(row?.['user_version'] ?? 0);
  if (version > schema.length) throw new OffpeakError('storage.newer-version');
  return version;
}

function migrate(sqlite: DatabaseSync, schema: readonly string[]): void {
  const version = versionOf(sqlite, schema);
  for (const [index, sql] of schema.entries()) {
    if (index < version) continue;
    sqlite.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

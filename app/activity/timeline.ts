import { z } from 'zod';
import { toErrorReport } from '../contract/errors.ts';
import { DayPart } from '../contract/phase.ts';
import type { Database } from '../storage/database.ts';

/** A stretch of time in one phase. UTC milliseconds, `to` exclusive. */
export interface PhaseSegment {
  readonly from: number;
  readonly to: number;
  readonly phase: DayPart;
}

const PhaseRow = z.object({ at: z.number(), phase: DayPart });

/** While the host lives it leaves a mark this often, so that a crash shows as Off. */
export const HEARTBEAT_MS = 60_000;

/** Remembers what the host was doing when: the strip "Your day" is drawn from it. */
export class Timeline {
  readonly #db: Database;
  readonly #now: () => number;
  #phase: DayPart = 'off';

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.#closeLastLife();
  }

  /** Notes that the host is in this phase from now on. */
  enter(phase: DayPart): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#write(this.#now(), phase);
  }

  /** Call about once a minute while alive. */
  heartbeat(): void {
    this.#unlessFull(() =>
      this.#db.run(
        'INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)',
        'activity.alive-at',
        String(this.#now()),
      ),
    );
  }

  /** The phases between two moments, in order, without gaps; before the first record it is off. */
  segments(from: number, to: number): PhaseSegment[] {
    const end = Math.min(to, this.#now());
    const before = this.#db.first(
      PhaseRow,
      'SELECT at, phase FROM phases WHERE at <= ? ORDER BY at DESC LIMIT 1',
      from,
    );
    const inside = this.#db.all(
      PhaseRow,
      'SELECT at, phase FROM phases WHERE at > ? AND at < ? ORDER BY at',
      from,
      end,
    );
    const marks = [{ at: from, phase: before?.phase ?? ('off' as const) }, ...inside];
    return marks
      .map((mark, index) => ({
        from: mark.at,
        to: marks[index + 1]?.at ?? end,
        phase: mark.phase,
      }))
      .filter((segment) => segment.to > segment.from);
  }

  // A host that was killed could not write its end: it was off since its last heartbeat.
  #closeLastLife(): void {
    const last = this.#db.first(PhaseRow, 'SELECT at, phase FROM phases ORDER BY at DESC LIMIT 1');
    if (!last || last.phase === 'off') return;
    const alive = this.#db.first(
      z.object({ value: z.coerce.number() }),
      'SELECT value FROM settings WHERE key = ?',
      'activity.alive-at',
    );
    const until = Math.max(last.at + 1, alive?.value ?? 0);
    this.#write(Math.min(until, this.#now()), 'off');
  }

  #write(at: number, phase: DayPart): void {
    this.#unlessFull(() =>
      this.#db.run('INSERT OR REPLACE INTO phases (at, phase) VALUES (?, ?)', at, phase),
    );
  }

  // A gap in the picture of the day is no reason to stop a host.
  #unlessFull(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (toErrorReport(error).code !== 'storage.disk-full') throw error;
    }
  }
}

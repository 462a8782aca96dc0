import { OffpeakError } from '../../../app/contract/errors.ts';
import type { HelperCommand } from '../../../app/adapters/power-helper/ways.ts';
import { HelperAccess, type HelperEvents } from '../../../app/power/helper-access.ts';
import type { Helper } from '../../../app/power/lease-keeper.ts';

/** A helper that remembers what it was told, and fails where it is told to. */
export class FakeHelper implements Helper {
  readonly lines: string[] = [];
  /** A line that begins like this fails with that code. */
  readonly failing = new Map<string, 'power.unsupported' | 'power.failed' | 'power.differs'>();
  /** How it gets its rights; null: not at all. */
  way: HelperCommand['way'] | null = 'root';
  /** The owner says no. */
  isRefused = false;
  starts = 0;
  #events: HelperEvents | null = null;

  readonly access = new HelperAccess({
    find: () =>
      Promise.resolve(this.way === null ? null : { way: this.way, command: ['/x/offpeak-power'] }),
    start: (_, events) => {
      this.starts += 1;
      this.#events = events;
      if (this.isRefused) return Promise.reject(new OffpeakError('power.not-allowed'));
      return Promise.resolve(this);
    },
  });

  ask(line: string): Promise<{ before: number; now: number }> {
    this.lines.push(line);
    const code = [...this.failing].find(([start]) => line.startsWith(start))?.[1];
    if (code !== undefined) return Promise.reject(new OffpeakError(code));
    return Promise.resolve({ before: 450_000, now: 0 });
  }

  close(): Promise<void> {
    this.lines.push('(closed)');
    this.#events?.onEnd();
    return Promise.resolve();
  }

  /** It is killed from outside. */
  die(): void {
    this.#events?.onEnd();
  }

  putBack(what: 'fans' | 'all'): void {
    this.#events?.onPutBack(what);
  }

  /** What was told since the last time this was asked. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

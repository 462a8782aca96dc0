import type { Clock } from '../clock.ts';
import type { JobDoor, KeptResult } from '../door-ports.ts';

/** Where the result of a job is kept for its owner, and for how long. */
export interface Shelf {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/**
 * The inner side of the owner's door: a run says here what it waits for, and the door hands in and
 * takes out what the owner brings and fetches. It remembers nothing: after a crash the run, which
 * goes on from its journal, asks again.
 */
export class Hatch implements Pick<JobDoor, 'bringDefinition' | 'fetchResult'> {
  readonly #awaited = new Map<string, (definition: string) => void>();
  readonly #kept = new Map<string, () => KeptResult>();

  /**
   * Waits until the owner brings the definition of a job, and `keep` has written it down, or until
   * the signal aborts. Rejects when `keep` throws; whoever brought it hears of that, too.
   */
  awaitDefinition(job: string, keep: (text: string) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve();
      const close = (): void => {
        this.#awaited.delete(job);
        signal.removeEventListener('abort', giveUp);
      };
      const giveUp = (): void => {
        close();
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#awaited.set(job, (text) => {
        close();
        try {
          keep(text);
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      });
    });
  }

  /** The run waits for its definition now. */
  isAwaited(job: string): boolean {
    return this.#awaited.has(job);
  }

  bringDefinition(job: string, definition: string): boolean {
    const keep = this.#awaited.get(job);
    keep?.(definition);
    return keep !== undefined;
  }

  /**
   * Keeps a result until the owner has all of it (true), the time is over or the signal aborts. Who
   * has begun to fetch when the time ends may finish.
   */
  keepResult(job: string, bytes: Uint8Array, { clock, ms, signal }: Shelf): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      let readers = 0;
      const end = (isReceived: boolean): void => {
        cancel();
        this.#kept.delete(job);
        signal.removeEventListener('abort', giveUp);
        resolve(isReceived);
      };
      const giveUp = (): void => end(false);
      const cancel = clock.after(ms, () => {
        this.#kept.delete(job);
        if (readers === 0) end(false);
      });
      signal.addEventListener('abort', giveUp, { once: true });
      this.#kept.set(job, () => {
        readers += 1;
        let isOpen = true;
        return {
          bytes,
          end: (isReceived) => {
            if (!isOpen) return;
            isOpen = false;
            readers -= 1;
            if (isReceived || (readers === 0 && !this.#kept.has(job))) end(isReceived);
          },
        };
      });
    });
  }

  /** A result is there to be fetched now. */
  isKept(job: string): boolean {
    return this.#kept.has(job);
  }

  fetchResult(job: string): KeptResult | null {
    return this.#kept.get(job)?.() ?? null;
  }
}

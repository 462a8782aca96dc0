import { OffpeakError } from '../contract/errors.ts';
import type { PowerState } from '../contract/power.ts';
import type { HelperCommand } from '../adapters/power-helper/ways.ts';
import type { Helper } from './lease-keeper.ts';

export interface HelperEvents {
  readonly onPutBack: (what: 'fans' | 'all') => void;
  readonly onEnd: () => void;
}

export interface AccessParts {
  /** How the helper gets its rights; null where it cannot. */
  readonly find: () => Promise<HelperCommand | null>;
  readonly start: (command: HelperCommand, events: HelperEvents) => Promise<Helper>;
}

/** One that ended from outside is started again after this, where nobody has to be asked. */
const AGAIN_MS = 60_000;

type Listener = HelperEvents & { readonly onChange: () => void };

/** The helper: whether it may run, how it is asked for, and the one that runs. */
export class HelperAccess {
  readonly #parts: AccessParts;
  #found: HelperCommand | null = null;
  #helper: Helper | null = null;
  #opening: Promise<void> | null = null;
  #problem: OffpeakError | null = null;
  #listener: Listener | null = null;
  #isClosing = false;
  /** By a clock that is never set. */
  #endedAt = 0;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  get helper(): Helper | null {
    return this.#helper;
  }

  /** Whether opening it asks nobody anything, and may be tried now. */
  get isUnasked(): boolean {
    if (this.#found === null || this.#found.way === 'pkexec') return false;
    const hasEnded = this.#problem?.code === 'power.helper-ended';
    if (hasEnded) return performance.now() - this.#endedAt >= AGAIN_MS;
    return this.#problem === null;
  }

  get state(): PowerState['helper'] {
    return {
      way: this.#found?.way ?? null,
      command: this.#found?.command.join(' ') ?? null,
      state: this.#helper ? 'open' : this.#opening ? 'asking' : 'closed',
      problem: this.#problem?.toReport() ?? null,
    };
  }

  async find(): Promise<void> {
    this.#found = await this.#parts.find();
  }

  /** Starts it unless it runs. Rejects with `power.no-way`, `power.not-allowed` or `power.helper-failed`. */
  async open(): Promise<void> {
    if (this.#helper !== null) return;
    this.#opening ??= this.#start().finally(() => {
      this.#opening = null;
      this.#listener?.onChange();
    });
    this.#listener?.onChange();
    await this.#opening;
  }

  /** Everything goes back. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#opening?.catch(() => undefined);
    await this.#helper?.close();
    this.#helper = null;
  }

  async #start(): Promise<void> {
    await this.find();
    if (this.#found === null) throw this.#fail(new OffpeakError('power.no-way'));
    try {
      this.#helper = await this.#parts.start(this.#found, {
        onPutBack: (what) => this.#listener?.onPutBack(what),
        onEnd: () => this.#ended(),
      });
      this.#problem = null;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #ended(): void {
    const wasOpen = this.#helper !== null;
    this.#helper = null;
    if (!wasOpen || this.#isClosing) return;
    this.#endedAt = performance.now();
    this.#problem = new OffpeakError('power.helper-ended');
    this.#listener?.onEnd();
  }

  #fail(error: unknown): OffpeakError {
    this.#problem =
      error instanceof OffpeakError
        ? error
        : new OffpeakError('power.helper-failed', { cause: error });
    return this.#problem;
  }
}

import type { EngineStatus } from './shapes.ts';

/** How the watcher looks: `ping` is cheap and throws when the engine is away; `check` is whole. */
interface Look {
  readonly ping: () => Promise<void>;
  readonly check: () => Promise<EngineStatus>;
}

/** Remembers how the engine is and notices when that changes. */
export class EngineWatcher {
  readonly #look: Look;
  readonly #everyMs: number;
  readonly #listeners = new Set<(status: EngineStatus) => void>();
  #timer: NodeJS.Timeout | null = null;
  #last: EngineStatus | null = null;

  constructor(look: Look, everyMs: number) {
    this.#look = look;
    this.#everyMs = everyMs;
  }

  /** What the last look saw; null before the first. */
  last(): EngineStatus | null {
    return this.#last;
  }

  /** Looks whole now, whatever was seen before. */
  async check(): Promise<EngineStatus> {
    const status = await this.#look.check();
    const isNews = JSON.stringify(status) !== JSON.stringify(this.#last);
    this.#last = status;
    if (isNews) for (const tell of this.#listeners) tell(status);
    return status;
  }

  /** Calls back when the engine comes, goes or changes, beginning now. Returns the stop. */
  watch(onChange: (status: EngineStatus) => void): () => void {
    this.#listeners.add(onChange);
    if (this.#timer === null) this.#lookLater(0);
    return () => {
      this.#listeners.delete(onChange);
      if (this.#listeners.size > 0 || this.#timer === null) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    };
  }

  #lookLater(ms: number): void {
    this.#timer = setTimeout(() => void this.#tick(), ms);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    if (!(await this.#isUnchanged())) await this.check();
    if (this.#listeners.size > 0) this.#lookLater(this.#everyMs);
  }

  // While all is well a ping is enough, and costs the engine nothing.
  async #isUnchanged(): Promise<boolean> {
    if (this.#last?.ok !== true) return false;
    return this.#look.ping().then(
      () => true,
      () => false,
    );
  }
}

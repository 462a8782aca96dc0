import type { HostState } from './contract/state.ts';
import type { StateChanges } from './contract/wire.ts';

/** The one copy of the truth that views see. Slices are replaced whole; only the host commits. */
export class HostStore {
  #state: HostState;
  readonly #listeners = new Set<(changes: StateChanges) => void>();

  constructor(initial: HostState) {
    this.#state = initial;
  }

  get state(): HostState {
    return this.#state;
  }

  /** Replaces slices and tells the listeners; slices that are equal as JSON are left alone. */
  commit(changes: StateChanges): void {
    const real = Object.fromEntries(
      Object.entries(changes).filter(([slice, value]) => !sameJson(this.#slice(slice), value)),
    );
    if (Object.keys(real).length === 0) return;
    this.#state = { ...this.#state, ...real };
    for (const listener of this.#listeners) listener(real);
  }

  /** Calls back with the slices that changed; returns the unsubscribe. */
  onChange(listener: (changes: StateChanges) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #slice(name: string): unknown {
    return Object.entries(this.#state).find(([slice]) => slice === name)?.[1];
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

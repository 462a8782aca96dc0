import type { Settings as Choices } from './contract/settings.ts';
import { type OwnChoices, readChoices, writeChoices } from './storage/owner-choices.ts';
import type { Settings } from './storage/settings.ts';

interface OwnerChoiceParts {
  readonly settings: Settings;
  /** Leaves the engine in use and takes the chosen one. */
  readonly reconnect: () => Promise<void>;
  /** A run is in hand, whose containers live in the engine of now. */
  readonly isBusy: () => boolean;
  readonly show: (choices: Choices) => void;
}

/** Keeps what the owner chooses, and acts on it as soon as no run is in hand. */
export class OwnerChoice {
  readonly #parts: OwnerChoiceParts;
  #hasNewEngine = false;

  constructor(parts: OwnerChoiceParts) {
    this.#parts = parts;
  }

  choose(choices: Partial<OwnChoices>): void {
    const { settings, show } = this.#parts;
    writeChoices(settings, choices);
    show(readChoices(settings));
    if (choices.engine !== undefined) this.#hasNewEngine = true;
    this.act();
  }

  /** Call when a run has closed, too. */
  act(): void {
    if (!this.#hasNewEngine || this.#parts.isBusy()) return;
    this.#hasNewEngine = false;
    void this.#parts.reconnect();
  }
}

import { ServingChild } from '../../platform/serving-child.ts';
import { NvmlAnswer, type NvmlQuestion } from './answer.ts';

/** A driver that is well answers in less than a millisecond, one that has to wake its cards within 3 s. */
const DEADLINE_MS = 5000;

/** What NVML says, or why it says nothing. */
export type NvmlReading =
  | NvmlAnswer
  | { readonly kind: 'timed-out'; readonly text: string }
  /** Our own child broke; `text` is the end of what it wrote. */
  | { readonly kind: 'crashed'; readonly text: string };

export interface NvmlOptions {
  /** The module child.ts, where it does not lie beside this file. */
  readonly childEntry?: URL | string | undefined;
  /** The child's; this process's by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface ReadOptions {
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly processes?: boolean;
}

/** Reads all cards through NVML in a child process, which is kept for the next reading or not. */
export class NvmlReader {
  readonly #child: ServingChild;
  readonly #timeoutMs: number;

  constructor(options: NvmlOptions = {}) {
    const { childEntry = besideThis(), env = process.env, timeoutMs = DEADLINE_MS } = options;
    this.#child = new ServingChild({ entry: childEntry, env });
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One reading, with the programs that use the cards or without. `keep` holds the library, and with it
   * the cards, open afterwards. Rejects only when aborted.
   */
  async read({ keep, signal, processes = false }: ReadOptions): Promise<NvmlReading> {
    const question: NvmlQuestion = { processes };
    const limits = { timeoutMs: this.#timeoutMs, signal };
    const end = await this.#child
      .ask(question, (message) => NvmlAnswer.safeParse(message).data ?? null, limits)
      .catch((error: unknown) => {
        this.stop();
        throw error;
      });
    // Only a new process loads the library of a driver that was exchanged.
    if (!keep || end.kind !== 'answered' || end.answer.kind !== 'cards') this.stop();
    switch (end.kind) {
      case 'answered':
        return end.answer;
      case 'timed-out':
        return { kind: 'timed-out', text: `no answer in ${this.#timeoutMs / 1000} seconds` };
      case 'crashed':
        return { kind: 'crashed', text: end.text };
    }
  }

  /** Ends the child, with whatever it holds open. The next reading starts another. */
  stop(): void {
    this.#child.stop();
  }
}

// From source the child is TypeScript too; in a bundle it is the entry of another name beside it.
function besideThis(): URL {
  const isBundle = import.meta.url.endsWith('.js');
  return new URL(isBundle ? './nvml-child.js' : './child.ts', import.meta.url);
}

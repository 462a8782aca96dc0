import type { CommandInput, CommandOutput } from '../../../app/contract/commands.ts';
import type { LogLine } from '../../../app/contract/job.ts';

/** A job's log in memory, read by byte offsets as the host reads its log file. */
export class ScriptedLog {
  readonly #lines: { line: LogLine; end: number }[] = [];

  /** Bytes so far: what the host's state says beside the run in hand. */
  get size(): number {
    return this.#lines.at(-1)?.end ?? 0;
  }

  /** Adds lines of one stream. */
  print(texts: readonly string[], stream: LogLine['stream'] = 'stdout'): void {
    for (const text of texts) {
      const line: LogLine = { at: Date.now(), operation: 'write', stream, text };
      const end = this.size + new TextEncoder().encode(JSON.stringify(line)).length + 1;
      this.#lines.push({ line, end });
    }
  }

  /** Whole lines from an offset, at least one where there is one. */
  read(input: CommandInput<'jobs.log'>): CommandOutput<'jobs.log'> {
    const rest = this.#lines.filter(({ end }) => end > input.from);
    const fitting = rest.filter(({ end }) => end <= input.from + input.maxBytes);
    const piece = fitting.length > 0 ? fitting : rest.slice(0, 1);
    const next = piece.at(-1)?.end ?? this.size;
    return { lines: piece.map(({ line }) => line), next, complete: next === this.size };
  }
}

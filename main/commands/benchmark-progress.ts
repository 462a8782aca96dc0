import type { WriteStream } from 'node:tty';
import type { BenchmarkProgress } from '../../app/contract/benchmark.ts';

const BAR = 24;
const SECONDS_A_MINUTE = 60;

/** One line at the bottom of a terminal that says how far it is; elsewhere a line for each load. */
export class ProgressLine {
  readonly #out: Pick<WriteStream, 'write' | 'isTTY'>;
  #isLoading = false;

  constructor(out: Pick<WriteStream, 'write' | 'isTTY'>) {
    this.#out = out;
  }

  /** `what` stands for what is measured now. */
  show(progress: BenchmarkProgress, what: string = progress.now): void {
    if (this.#out.isTTY) {
      this.#out.write(`${CLEAR}${lineOf(progress, what)}`);
      return;
    }
    const begins = progress.now === 'load' && !this.#isLoading;
    this.#isLoading = progress.now === 'load';
    if (begins) this.#out.write(`under load · ${timeOf(progress)}\n`);
  }

  /** Prints lines above it. */
  print(text: string): void {
    this.clear();
    this.#out.write(text);
  }

  clear(): void {
    if (this.#out.isTTY) this.#out.write(CLEAR);
  }
}

const CLEAR = '\r\u001b[K';

function lineOf(progress: BenchmarkProgress, what: string): string {
  const full = Math.round(progress.share * BAR);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
  return `${bar} ${Math.floor(progress.share * 100)} % · ${what} · ${timeOf(progress)}`;
}

function timeOf({ remainingSeconds }: BenchmarkProgress): string {
  return remainingSeconds >= SECONDS_A_MINUTE
    ? `${Math.ceil(remainingSeconds / SECONDS_A_MINUTE)} min to go`
    : `${remainingSeconds} s to go`;
}

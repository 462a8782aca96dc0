/** Does something at most once in so many ms, however often it is asked to; never after `stop`. */
export class Pace {
  readonly #ms: number;
  readonly #work: () => void;
  #timer: NodeJS.Timeout | null = null;
  #lastAt = -Infinity;
  #isOver = false;

  constructor(ms: number, work: () => void) {
    this.#ms = ms;
    this.#work = work;
  }

  ask(): void {
    if (this.#isOver || this.#timer !== null) return;
    const wait = this.#lastAt + this.#ms - performance.now();
    if (wait <= 0) this.#do();
    else this.#timer = setTimeout(() => this.#do(), wait);
  }

  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #do(): void {
    this.#timer = null;
    this.#lastAt = performance.now();
    this.#work();
  }
}

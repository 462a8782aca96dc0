/** Gives each stream a seat, as long as there are any: so many in all, so many for one job. */
export class Seats {
  readonly #inAll: number;
  readonly #ofJob: number;
  readonly #taken = new Map<string, number>();

  constructor(inAll: number, ofJob: number) {
    this.#inAll = inAll;
    this.#ofJob = ofJob;
  }

  /** The way to give the seat back, once or more often; null when none is free. */
  take(job: string): (() => void) | null {
    const all = [...this.#taken.values()].reduce((sum, one) => sum + one, 0);
    const own = this.#taken.get(job) ?? 0;
    if (all >= this.#inAll || own >= this.#ofJob) return null;
    this.#taken.set(job, own + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#leave(job);
      isTaken = false;
    };
  }

  #leave(job: string): void {
    const left = (this.#taken.get(job) ?? 1) - 1;
    if (left === 0) this.#taken.delete(job);
    else this.#taken.set(job, left);
  }
}

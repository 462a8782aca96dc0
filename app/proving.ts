import { toErrorReport } from './contract/errors.ts';
import type { ProofReport, ProofResult } from './contract/proof.ts';
import type { HostState } from './contract/state.ts';

/** Makes one proof; rejects where no engine may be used. */
export type Prove = (
  onResult: (result: ProofResult) => void,
  signal: AbortSignal,
) => Promise<ProofReport>;

/** Lets one proof of the isolation run at a time, and shows its results as they come. */
export class Proving {
  readonly #prove: Prove;
  readonly #show: (proof: HostState['proof']) => void;
  #last: ProofReport | null = null;
  #running: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(prove: Prove, show: (proof: HostState['proof']) => void) {
    this.#prove = prove;
    this.#show = show;
  }

  /** Begins a proof; nothing happens while one runs. */
  start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Ends a running proof; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let results: ProofResult[] = [];
    const show = (change: Partial<HostState['proof']>): void =>
      this.#show({ running: true, results, report: this.#last, problem: null, ...change });
    show({});
    try {
      this.#last = await this.#prove((result) => {
        results = [...results, result];
        show({});
      }, this.#stop.signal);
      show({ running: false, report: this.#last });
    } catch (error) {
      const { code, message, remedy } = toErrorReport(error);
      show({ running: false, problem: { code, message, remedy } });
    }
  }
}

import { SweepReport } from '../../contract/sweep.ts';
import type { Settings } from '../../storage/settings.ts';

/** The newest sweep of each card: an older one says nothing that it does not say better. */
export class LastSweeps {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  keep(report: SweepReport): void {
    this.#settings.set(keyOf(report.card.uuid), JSON.stringify(report));
  }

  /** Null where there is none that this version understands. */
  of(card: string): SweepReport | null {
    const text = this.#settings.get(keyOf(card));
    return text === null ? null : (SweepReport.safeParse(JSON.parse(text)).data ?? null);
  }
}

function keyOf(card: string): string {
  return `benchmark.sweep.${card}`;
}

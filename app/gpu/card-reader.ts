import type { NvmlReading, ReadOptions } from '../adapters/nvml/reader.ts';
import type { SmiReading } from '../adapters/nvidia-smi.ts';
import type { Card, CardReport } from '../contract/gpu.ts';
import type { CardOnBus } from '../platform/graphics-on-bus.ts';
import { blankCard } from './blank-card.ts';
import { problemOfNvml, problemOfSilence } from './problems.ts';
import { smiProcesses } from './smi-processes.ts';
import { reportOf, reportOfNvml, without } from './report.ts';

export interface CardReaderParts {
  readonly nvml: {
    read(options: ReadOptions): Promise<NvmlReading>;
    stop(): void;
  };
  /** The fallback: a process for each reading. */
  readonly smi: (signal: AbortSignal) => Promise<SmiReading>;
  /** Null where the bus cannot be read. */
  readonly bus: () => readonly CardOnBus[] | null;
  readonly known: (address: string) => Pick<Card, 'name' | 'uuid'> | null;
}

/** Where there is no such library, so many readings go by until it is looked for again. */
const WITHOUT_LIBRARY = 20;

/**
 * Reads the cards: through NVML where that works, else through nvidia-smi, and not at all while a card
 * sleeps.
 */
export class CardReader {
  readonly #parts: CardReaderParts;
  #last: CardReport | null = null;
  #onBus: string | null = null;
  #withoutLibrary = 0;

  constructor(parts: CardReaderParts) {
    this.#parts = parts;
  }

  /**
   * One reading; `keep`: another one follows soon; `processes`: with the programs that use the cards. Whatever is wrong is the report's `problem`; it
   * rejects only when aborted, and never blocks.
   */
  async read({ keep, ...options }: ReadOptions): Promise<CardReport> {
    const { nvml, bus } = this.#parts;
    const onBus = bus() ?? [];
    if (onBus.some(({ isAsleep }) => isAsleep)) {
      nvml.stop();
      return this.#asleep(onBus);
    }
    // NVML lists the cards that it found when it was opened.
    const addresses = onBus.map(({ address }) => address).join();
    if (addresses !== this.#onBus) nvml.stop();
    this.#onBus = addresses;
    const maySleep = onBus.some((card) => card.maySleep);
    const report = await this.#ask({ ...options, keep: keep && !maySleep });
    if (report.cards.length > 0) this.#last = report;
    return report;
  }

  /** Lets go of the cards. */
  stop(): void {
    this.#parts.nvml.stop();
  }

  async #ask(options: ReadOptions): Promise<CardReport> {
    const { nvml } = this.#parts;
    if (this.#withoutLibrary-- > 0) return this.#fallBack(options);
    const reading = await nvml.read(options);
    this.#withoutLibrary = reading.kind === 'no-library' ? WITHOUT_LIBRARY : 0;
    if (reading.kind === 'cards') return reportOfNvml(reading);
    // nvidia-smi would wait for the same driver.
    if (reading.kind === 'timed-out') return without(problemOfSilence(reading.text));
    const told = reading.kind === 'failed' ? problemOfNvml(reading.status) : null;
    return told ? without(told) : this.#fallBack(options);
  }

  async #fallBack({ signal, processes = false }: ReadOptions): Promise<CardReport> {
    const reading = await this.#parts.smi(signal);
    const report = reportOf(reading);
    if (!processes || reading.kind !== 'log') return report;
    return { ...report, processes: smiProcesses(reading.log) };
  }

  #asleep(onBus: readonly CardOnBus[]): CardReport {
    const cards = onBus.map(({ address, isAsleep }, index) => {
      const before = this.#last?.cards[index];
      const known = this.#parts.known(address);
      const name = before?.name ?? known?.name ?? 'NVIDIA card';
      const uuid = before?.uuid ?? known?.uuid ?? null;
      const { memoryBytes = null } = before ?? {};
      return { ...blankCard({ index, name, uuid }), memoryBytes, isAsleep };
    });
    const { driver = null, cuda = null } = this.#last ?? {};
    return { driver, cuda, cards, source: null, problem: null };
  }
}

import { toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import type { Alert, MetricPoint } from '../contract/telemetry.ts';
import type { KernelMessage } from '../platform/kernel-log.ts';
import { Alerts, type SeenCard } from './alerts.ts';
import { valuesOf } from './metrics.ts';
import type { ChartRequest, TelemetryStore } from './store.ts';
import { xidOf } from './xid.ts';

export interface TelemetryParts {
  readonly store: Pick<TelemetryStore, 'record' | 'rollUp' | 'prune' | 'chart' | 'close'>;
  readonly kernel: { read(): KernelMessage[]; close(): void };
  /** Which card sits at an address of the bus; null where that is not known. */
  readonly cardAt: (address: string) => string | null;
  readonly log: Log;
  /** UTC milliseconds, and those of a clock that nobody sets. */
  readonly now?: () => number;
  readonly uptime?: () => number;
}

const ROLL_UP_MS = 60_000;
const PRUNE_MS = 10 * 60_000;

/** Keeps the readings of the cards, and says what their owner should know. */
export class TelemetryRoom {
  readonly #parts: TelemetryParts;
  readonly #now: () => number;
  readonly #uptime: () => number;
  readonly #alerts = new Alerts();
  #rolledUpAt: number;
  #prunedAt: number;
  #isFull = false;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#uptime = parts.uptime ?? (() => performance.now());
    this.#rolledUpAt = this.#uptime();
    this.#prunedAt = this.#rolledUpAt - PRUNE_MS;
  }

  /** Takes a reading of all cards; returns the alerts of now. Never throws for want of space. */
  see(cards: readonly SeenCard[]): Alert[] {
    const moment = { at: this.#now(), uptime: this.#uptime() };
    this.#unlessFull(() => this.#keep(cards, moment));
    this.#alerts.see(cards, moment);
    for (const { text, at } of this.#parts.kernel.read()) {
      const xid = xidOf(text, at);
      if (xid) this.#alerts.fault(xid, this.#parts.cardAt(xid.address));
    }
    return this.#alerts.list(moment.at);
  }

  /** A chart of one value of one card. */
  chart(request: ChartRequest): { stepMs: number; points: MetricPoint[] } {
    return this.#parts.store.chart(request, this.#now());
  }

  close(): void {
    this.#unlessFull(() => this.#parts.store.rollUp());
    this.#parts.store.close();
    this.#parts.kernel.close();
  }

  #keep(cards: readonly SeenCard[], { at, uptime }: { at: number; uptime: number }): void {
    const readings = cards.map(({ id, card }) => ({ card: id, values: valuesOf(card) }));
    this.#parts.store.record(at, readings);
    if (uptime - this.#rolledUpAt >= ROLL_UP_MS) {
      this.#rolledUpAt = uptime;
      this.#parts.store.rollUp();
    }
    if (uptime - this.#prunedAt >= PRUNE_MS) {
      this.#prunedAt = uptime;
      this.#parts.store.prune(at);
    }
  }

  // A gap in a chart is no reason to stop a host.
  #unlessFull(write: () => void): void {
    try {
      write();
      this.#isFull = false;
    } catch (error) {
      if (toErrorReport(error).code !== 'storage.disk-full') throw error;
      if (!this.#isFull) this.#parts.log('warn', 'no room to keep readings of the cards', {});
      this.#isFull = true;
    }
  }
}

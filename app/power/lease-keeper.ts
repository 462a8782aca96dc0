import { OffpeakError } from '../contract/errors.ts';
import type { Lease, PowerKind, PowerSetting } from '../contract/power.ts';
import type { LeaseJournal } from './lease-journal.ts';

/** What changes settings with the rights for it; see build/power/program/main.c. */
export interface Helper {
  /** One line; power limits in milliwatts. Rejects with `power.*`. */
  ask(line: string): Promise<{ readonly before: number; readonly now: number }>;
  /** Puts everything back and ends. */
  close(): Promise<void>;
}

/** After these nothing was changed. */
const UNCHANGED: readonly string[] = [
  'power.no-card',
  'power.unsupported',
  'power.not-permitted',
  'power.out-of-range',
];

/** Changes settings and puts them back, never without a line in the journal first. */
export class LeaseKeeper {
  readonly #journal: LeaseJournal;
  readonly #helper: () => Helper | null;

  constructor(journal: LeaseJournal, helper: () => Helper | null) {
    this.#journal = journal;
    this.#helper = helper;
  }

  get leases(): readonly Lease[] {
    return this.#journal.all();
  }

  find(card: string, kind: PowerKind): Lease | null {
    return this.leases.find((lease) => lease.card === card && lease.kind === kind) ?? null;
  }

  /** Changes a setting. `before` is the power limit as it was last read. Rejects with `power.*`, everything as it was. */
  async change(card: string, setting: PowerSetting, before: number | null): Promise<void> {
    const helper = this.#open();
    const known = this.find(card, setting.kind);
    this.#journal.write({
      card,
      kind: setting.kind,
      before: setting.kind === 'cap' ? before : null,
      value: setting.value,
      since: Date.now(),
    });
    try {
      const told = await helper.ask(lineOf(card, setting));
      if (setting.kind === 'cap' && known === null && told.before > 0) {
        this.#journal.correct({ card, kind: 'cap', before: told.before / 1_000 });
      }
    } catch (error) {
      const isUnchanged = error instanceof OffpeakError && UNCHANGED.includes(error.code);
      if (isUnchanged && known === null) this.#journal.remove(card, setting.kind);
      // Whatever is in force now is not what was asked for.
      else await this.putBack({ card, kind: setting.kind }).catch(() => undefined);
      throw error;
    }
  }

  /** Puts a setting back; its line stays in the journal until it is. Rejects with `power.*`. */
  async putBack({ card, kind }: Pick<Lease, 'card' | 'kind'>): Promise<void> {
    const lease = this.find(card, kind);
    if (lease === null) return;
    await this.#open().ask(backLineOf(lease));
    this.#journal.remove(card, kind);
  }

  /** The card has its own settings again without our doing. */
  forget({ card, kind }: Pick<Lease, 'card' | 'kind'>): void {
    this.#journal.remove(card, kind);
  }

  #open(): Helper {
    const helper = this.#helper();
    if (helper === null) throw new OffpeakError('power.not-open');
    return helper;
  }
}

// Without the limit of before there is nothing better than the helper's own memory of it.
function backLineOf({ card, kind, before }: Lease): string {
  if (kind !== 'cap') return `${kind} ${card} auto`;
  return before === null ? `restore ${card}` : `uncap ${card} ${Math.round(before * 1_000)}`;
}

function lineOf(card: string, { kind, value }: PowerSetting): string {
  switch (kind) {
    case 'cap':
      return `cap ${card} ${Math.round(value * 1_000)}`;
    case 'clocks':
      return `clocks ${card} 0 ${value}`;
    case 'fan':
      return `fan ${card} ${value}`;
  }
}

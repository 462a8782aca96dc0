import type { Card, Problem } from '../contract/gpu.ts';
import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import {
  type CardPower,
  type Lease,
  PowerKind,
  type PowerSetting,
  type PowerState,
  type PowerWishes,
  type QuietProfile,
} from '../contract/power.ts';
import type { Settings } from '../storage/settings.ts';
import { CardSettings } from './card-settings.ts';
import type { HelperAccess } from './helper-access.ts';
import type { LeaseJournal } from './lease-journal.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { keepWishes, readWishes } from './wishes.ts';

/** A card that is there, by its UUID. */
export interface PoweredCard {
  readonly id: string;
  readonly card: Card;
  readonly isLent: boolean;
}

export interface PowerParts {
  readonly journal: LeaseJournal;
  readonly settings: Settings;
  readonly access: HelperAccess;
  readonly log: Log;
  readonly onChange: (state: PowerState) => void;
  /** So long a change is tried, in milliseconds; 15 s unless a test is in a hurry. */
  readonly trialMs?: number;
}

const TRIAL_MS = 15_000;
/** The driver rounds limits. */
const SAME_WATTS = 1;

/** Changes settings of cards for as long as they are lent, and always puts them back. */
export class PowerRoom {
  readonly #parts: PowerParts;
  readonly #keeper: LeaseKeeper;
  readonly #cards = new Map<string, CardSettings>();
  /** What an earlier Offpeak, or a helper that was killed, may have left on cards. */
  #left: readonly Lease[];
  #settling: Promise<void> | null = null;
  #isStale = false;
  #isStopped = false;

  constructor(parts: PowerParts) {
    this.#parts = parts;
    this.#keeper = new LeaseKeeper(parts.journal, () => parts.access.helper);
    this.#left = this.#keeper.leases;
    parts.access.listen({
      onChange: () => this.#show(),
      onPutBack: (what) => this.#wasPutBack(what),
      onEnd: () => {
        this.#left = this.#keeper.leases;
        for (const settings of this.#cards.values()) settings.endTrial();
        this.#show();
      },
    });
  }

  /** Opens the helper where that takes no question, if there is anything to do for it. */
  async start(): Promise<void> {
    await this.#parts.access.find();
    if (this.#left.length > 0) await this.#openUnasked();
    this.#show();
  }

  /** Asks the owner for consent where the system does, and puts back what was left. Rejects with `power.*`. */
  async allow(): Promise<void> {
    await this.#parts.access.open();
    await this.settle();
  }

  /** Takes a reading of all cards that are there. */
  see(cards: readonly PoweredCard[], at: number): void {
    for (const { id, card, isLent } of cards) {
      const isCapped = this.#keeper.find(id, 'cap') !== null;
      this.#settingsOf(id).see(card, { isLent, at, isCapped });
      this.#compare(id, card);
    }
    const isNeeded = [...this.#cards.values()].some(({ wanted }) => wanted.size > 0);
    if (isNeeded) void this.#openUnasked();
    void this.settle();
  }

  /** Cards are lent from now on, or the owner has taken them back: then everything of theirs goes back at once. */
  lend(isLent: (id: string) => boolean): void {
    const changed = [...this.#cards].filter(([id, settings]) => settings.lend(isLent(id)));
    if (changed.length > 0) void this.settle();
  }

  /** Tries a setting: it goes back after 15 s unless it is kept. Rejects with `power.*`, everything as it was. */
  async try(id: string, setting: PowerSetting): Promise<void> {
    const settings = this.#known(id);
    if (settings.isMeasured) throw new OffpeakError('power.card-measured');
    refuseMore(setting, settings.usualLimitWatts);
    await this.#openUnasked();
    if (this.#parts.access.helper === null) throw new OffpeakError('power.not-open');
    settings.beginTrial(setting, this.#parts.trialMs ?? TRIAL_MS, () => void this.settle());
    await this.settle();
    const { problem } = settings;
    if (this.#isInForce(id, setting)) return;
    settings.endTrial();
    await this.settle();
    throw problem ?? new OffpeakError('power.failed');
  }

  /** Keeps what is being tried, for whenever the card is lent. Throws `power.nothing-to-keep`. */
  keep(id: string): void {
    const settings = this.#known(id);
    const setting = settings.endTrial();
    if (setting === null) throw new OffpeakError('power.nothing-to-keep');
    this.#wish(id, { [setting.kind]: setting.value });
  }

  /** Takes back what is being tried. */
  async revert(id: string): Promise<void> {
    this.#known(id).endTrial();
    await this.settle();
  }

  /** Leaves settings to the card again. */
  drop(id: string, kinds: readonly PowerKind[]): void {
    this.#wish(id, Object.fromEntries(kinds.map((kind) => [kind, null])));
  }

  /** Keeps the card quiet in given hours while it is lent. */
  quiet(id: string, quiet: QuietProfile | null): void {
    this.#wish(id, { quiet });
  }

  /** Holds a power limit (watts) while the card is measured; null lets go of it. Rejects with `power.*`. */
  async hold(id: string, watts: number | null): Promise<void> {
    const settings = this.#known(id);
    if (watts !== null) await this.#parts.access.open();
    settings.measuredWatts = watts;
    await this.settle();
    if (watts === null || this.#isInForce(id, { kind: 'cap', value: watts })) return;
    settings.measuredWatts = null;
    throw settings.problem ?? new OffpeakError('power.failed');
  }

  /** Puts everything back and ends the helper. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const settings of this.#cards.values()) settings.endTrial();
    await this.settle();
    await this.#parts.access.close();
  }

  /** Brings every card to what is wanted of it now; resolves when that is done. */
  settle(): Promise<void> {
    this.#isStale = true;
    this.#settling ??= this.#settleAll().finally(() => (this.#settling = null));
    return this.#settling;
  }

  get state(): PowerState {
    const { leases } = this.#keeper;
    return {
      helper: this.#parts.access.state,
      cards: [...this.#cards].map(([card, settings]): CardPower => ({
        card,
        wishes: settings.wishes,
        leases: leases.filter((lease) => lease.card === card && !this.#isLeft(lease)),
        trial: settings.trial,
        quietWatts: settings.quietWatts,
        problem: problemOf(settings.problem),
      })),
      left: [...this.#left],
    };
  }

  #wish(id: string, changes: Partial<PowerWishes>): void {
    const settings = this.#known(id);
    settings.wishes = { ...settings.wishes, ...changes };
    keepWishes(this.#parts.settings, id, settings.wishes);
    void this.settle();
  }

  #isInForce(id: string, { kind, value }: PowerSetting): boolean {
    const hasFailed = this.#known(id).hasFailed(kind, value);
    return this.#keeper.find(id, kind)?.value === value && !hasFailed;
  }

  #isLeft({ card, kind }: Lease): boolean {
    return this.#left.some((left) => left.card === card && left.kind === kind);
  }

  async #settleAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      if (this.#parts.access.helper === null) break;
      await this.#putBackLeft();
      for (const [id, settings] of this.#cards) await this.#settleCard(id, settings);
    }
    this.#show();
  }

  async #settleCard(id: string, settings: CardSettings): Promise<void> {
    const wanted = this.#isStopped ? new Map<PowerKind, number>() : settings.wanted;
    for (const kind of PowerKind.options) {
      const value = wanted.get(kind);
      const lease = this.#keeper.find(id, kind);
      try {
        if (value === undefined) {
          if (lease !== null) await this.#keeper.putBack(lease);
          settings.putBack(kind);
        } else if (lease?.value !== value && !settings.hasFailed(kind, value)) {
          await this.#keeper.change(id, { kind, value }, settings.ownLimitWatts);
          settings.succeed(kind);
        }
      } catch (error) {
        settings.fail(kind, value ?? null, error);
        this.#log(error, id, kind);
      }
    }
  }

  async #putBackLeft(): Promise<void> {
    for (const lease of this.#left) {
      try {
        await this.#keeper.putBack(lease);
        this.#left = this.#left.filter((other) => other !== lease);
      } catch (error) {
        this.#log(error, lease.card, lease.kind);
      }
    }
  }

  // The helper puts back what it held when Offpeak is gone: a limit that is what it was has no need of us.
  #compare(id: string, { powerLimitWatts }: Card): void {
    const isBack = ({ card, kind, before }: Lease): boolean =>
      card === id &&
      kind === 'cap' &&
      before !== null &&
      powerLimitWatts !== null &&
      Math.abs(powerLimitWatts - before) < SAME_WATTS;
    for (const lease of this.#left.filter(isBack)) this.#keeper.forget(lease);
    this.#left = this.#left.filter((lease) => !isBack(lease));
  }

  #wasPutBack(what: 'fans' | 'all'): void {
    for (const lease of this.#keeper.leases) {
      if (what === 'all' || lease.kind === 'fan') this.#keeper.forget(lease);
      if (what === 'fans' && lease.kind === 'fan') {
        const why = new OffpeakError('power.fans-freed');
        this.#cards.get(lease.card)?.fail('fan', lease.value, why);
      }
    }
    void this.settle();
  }

  // Where no person is asked, nobody has to press anything.
  async #openUnasked(): Promise<void> {
    const { access } = this.#parts;
    if (access.helper !== null || !access.isUnasked || this.#isStopped) return;
    await access.open().catch(() => undefined);
    await this.settle();
  }

  #settingsOf(id: string): CardSettings {
    const known = this.#cards.get(id);
    if (known) return known;
    const settings = new CardSettings(readWishes(this.#parts.settings, id));
    this.#cards.set(id, settings);
    return settings;
  }

  #known(id: string): CardSettings {
    const settings = this.#cards.get(id);
    if (settings === undefined) throw new OffpeakError('power.no-card');
    return settings;
  }

  #log(error: unknown, card: string, kind: PowerKind): void {
    this.#parts.log('warn', 'a setting of a card was not changed', {
      card,
      kind,
      code: toErrorReport(error).code,
    });
  }

  #show(): void {
    this.#parts.onChange(this.state);
  }
}

/** Drivers allow more than the usual limit, too: that is overclocking, and not what leases are for. */
function refuseMore({ kind, value }: PowerSetting, usualWatts: number | null): void {
  if (kind !== 'cap' || usualWatts === null || value <= usualWatts) return;
  throw new OffpeakError('power.out-of-range', {
    message: `The power limit can be lowered only: ${usualWatts} W is usual for this card.`,
  });
}

function problemOf(error: OffpeakError | null): Problem | null {
  return error?.toReport() ?? null;
}

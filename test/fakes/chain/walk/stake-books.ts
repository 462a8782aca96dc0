import type { StakeOperation } from './operations.ts';

const DAY = 86_400n;
const PRECISION = 10n ** 15n;
const U64_MAX = (1n << 64n) - 1n;
/** Rent exemption of a stake account (120 bytes) and of its vault (165 bytes). */
export const STAKE_RENT = (128n + 120n + 128n + 165n) * 6_960n;

/** Where the money of a stake comes from and goes to, and what time it is (chain seconds). */
export interface Purse {
  readonly now: bigint;
  has(owner: string, baseUnits: bigint): boolean;
  giveNos(owner: string, baseUnits: bigint): void;
  giveLamports(owner: string, lamports: bigint): void;
}

export interface BookedStake {
  amount: bigint;
  durationSeconds: bigint;
  /** 0 while it counts. */
  unstakedAt: bigint;
  /** What the vault holds. */
  held: bigint;
}

/** The stakes of a random walk, by the rules that Nosana publishes (docs/staking.md, state.rs). */
export class StakeBooks {
  readonly all = new Map<string, BookedStake>();
  readonly #purse: Purse;

  constructor(purse: Purse) {
    this.#purse = purse;
  }

  /** What the stake of a host counts for; null where it has none. */
  xnosOf(host: string): bigint | null {
    const stake = this.all.get(host);
    if (stake === undefined) return null;
    if (stake.unstakedAt !== 0n) return 0n;
    const growth = (stake.durationSeconds * PRECISION) / ((4n * 365n * DAY) / 12n);
    return ((growth + PRECISION) * stake.amount) / PRECISION;
  }

  apply(t: StakeOperation): boolean {
    if (t.kind === 'stake') return this.#create(t.host, t.amount, t.durationSeconds);
    const stake = this.all.get(t.host);
    if (stake === undefined) return false;
    const runs = stake.unstakedAt === 0n;
    switch (t.kind) {
      case 'stake-topup':
        if (!runs || t.amount === 0n || !this.#purse.has(t.host, t.amount)) return false;
        stake.amount += t.amount;
        return this.#move(t.host, stake, t.amount);
      case 'stake-extend':
        if (!runs || t.addedSeconds === 0n) return false;
        if (stake.durationSeconds + t.addedSeconds > 365n * DAY) return false;
        stake.durationSeconds += t.addedSeconds;
        return true;
      case 'unstake':
        if (!runs) return false;
        stake.unstakedAt = this.#purse.now;
        return true;
      case 'restake':
        if (runs) return false;
        stake.amount = stake.held;
        stake.unstakedAt = 0n;
        return true;
      case 'withdraw':
        if (runs || stake.held === 0n) return false;
        return this.#move(t.host, stake, -this.#released(stake));
    }
  }

  #create(host: string, amount: bigint, durationSeconds: bigint): boolean {
    if (this.all.has(host) || !this.#purse.has(host, amount)) return false;
    if (durationSeconds < 14n * DAY || durationSeconds > 365n * DAY) return false;
    const stake = { amount, durationSeconds, unstakedAt: 0n, held: 0n };
    this.all.set(host, stake);
    this.#purse.giveLamports(host, -STAKE_RENT);
    return this.#move(host, stake, amount);
  }

  #released(stake: BookedStake): bigint {
    const passed = this.#purse.now - stake.unstakedAt;
    if (passed >= stake.durationSeconds) return stake.held;
    const precision = U64_MAX / (stake.amount > passed ? stake.amount : passed) - 1n;
    const part = (((passed * precision) / stake.durationSeconds) * stake.amount) / precision;
    return part - (stake.amount - stake.held);
  }

  #move(host: string, stake: BookedStake, amount: bigint): boolean {
    this.#purse.giveNos(host, -amount);
    stake.held += amount;
    return true;
  }
}

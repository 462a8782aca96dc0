import type { CardReport } from '../contract/gpu.ts';
import { findCard } from './card-model.ts';

/** Numbers that the network may ask for. */
export interface Limits {
  readonly memoryBytes: number;
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  readonly downloadBitsPerSecond: number;
  readonly uploadBitsPerSecond: number;
  /** The only one that must not be exceeded; all others must be reached. */
  readonly latencyMs: number;
  readonly cardMemoryBytes: number;
  /** Oldest driver and CUDA, as `535` or `535.104.05`, `12.2`. */
  readonly driver: string;
  readonly cuda: string;
}

/** What the network's servers say that they ask for, as far as they say it. */
export interface PublishedThresholds {
  /** UTC ms of the answer. */
  readonly at: number;
  /** Of every host. */
  readonly everywhere: Partial<Limits>;
  /** Of hosts in a market; best first: a card counts for the first market that takes it. */
  readonly markets: readonly PublishedMarket[];
}

export interface PublishedMarket {
  readonly name: string;
  /** The models that it takes, in any spelling that `findCard` reads. */
  readonly cards: readonly string[];
  readonly limits: Partial<Limits>;
}

type NumberName = Exclude<keyof Limits, 'driver' | 'cuda'>;
type Card = CardReport['cards'][number];

/** The market that would take this card; null where none is published for it. */
export function marketOf(
  published: PublishedThresholds | null,
  card: Card,
): PublishedMarket | null {
  const takes = ({ cards }: PublishedMarket): boolean => findCard(card, cards).kind === 'listed';
  return published?.markets.find(takes) ?? null;
}

/**
 * What the network publishes for these cards together: for one, what its market asks for, else what
 * is asked of every host; for several, the strictest. Null where nothing (usable) is published.
 */
export function publishedLimit(
  name: NumberName,
  published: PublishedThresholds | null,
  cards: readonly Card[],
): number | null {
  if (published === null) return null;
  const everywhere = usable(published.everywhere[name]);
  const asked = cards.map((card) => usable(marketOf(published, card)?.limits[name]) ?? everywhere);
  const numbers = [...asked, ...(cards.length === 0 ? [everywhere] : [])].filter(
    (number) => number !== null,
  );
  if (numbers.length === 0) return null;
  return name === 'latencyMs' ? Math.min(...numbers) : Math.max(...numbers);
}

/** The newest of the oldest versions that are asked for; null where none is published. */
export function publishedVersion(
  name: 'driver' | 'cuda',
  published: PublishedThresholds | null,
  cards: readonly Card[],
): string | null {
  if (published === null) return null;
  const markets = cards.map((card) => marketOf(published, card)?.limits[name]);
  const asked = [published.everywhere[name], ...markets].filter(
    (version) => version !== undefined && /^\d+(\.\d+)*$/.test(version),
  );
  return asked.reduce<string | null>(
    (newest, version) =>
      version !== undefined && (newest === null || isOlder(newest, version)) ? version : newest,
    null,
  );
}

/** Is a version older than another? Missing parts are zero: 535 and 535.0 are the same. */
export function isOlder(version: string, than: string): boolean {
  const [mine, theirs] = [version, than].map((text) => text.split('.').map(Number));
  const parts = Math.max(mine?.length ?? 0, theirs?.length ?? 0);
  for (let part = 0; part < parts; part += 1) {
    const difference = (mine?.[part] ?? 0) - (theirs?.[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

// Answers of servers are not to be trusted with nonsense: such a threshold is none.
function usable(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

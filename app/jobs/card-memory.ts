import type { Operation } from './definition/operation.ts';
import type { JobDefinition } from './definition/schema.ts';

/**
 * A card that is sold with 24 GB reports 24,564 MiB (RTX 4090), and 23,028 MiB where its memory
 * corrects errors (A10: that takes a sixteenth, and 15/16 of 24 GiB are 24.16 × 10⁹ bytes).
 * Read as powers of ten, "24" fits all of these and still tells the 11 GB card (11,264 MiB) from one
 * with 12. The sixteenth is documented ("reduced by 6.25%", CUDA C++ Best Practices Guide).
 */
const GIGABYTE = 10 ** 9;
const MEGABYTE = 10 ** 6;

/**
 * Why the lent cards have too little memory for a job that gets them all; null where they suffice
 * or the job says nothing. Asked for by `required_vram` of an operation with a card and, for the
 * whole job, by `meta`: `required_vram` in GB (the network's dashboard) and `vram_total_mb` (its
 * templates). Pure.
 */
export function memoryRefusal(
  definition: JobDefinition,
  withCard: readonly Operation[],
  cards: readonly { readonly memoryBytes: number | null }[],
): string | null {
  const wanted = wantedBytes(definition, withCard);
  if (wanted === 0) return null;
  const sizes = cards.map(({ memoryBytes }) => memoryBytes);
  const needs = `The job needs ${inGigabytes(wanted)} GB of graphics memory`;
  const [which, have] = cards.length === 1 ? ['the card', 'has'] : ['the cards', 'have'];
  if (!sizes.every((bytes) => bytes !== null)) {
    const tells =
      cards.length === 1 ? 'does not tell how much it has' : 'do not tell how much they have';
    return `${needs}, and ${which} lent to jobs ${tells}.`;
  }
  const available = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (available >= wanted) return null;
  const together = cards.length === 1 ? '' : ' together';
  return `${needs}, and ${which} lent to jobs ${have} ${inGigabytes(available)} GB${together}.`;
}

function wantedBytes({ meta }: JobDefinition, withCard: readonly Operation[]): number {
  const own = withCard.map((one) =>
    one.type === 'container/run' ? (one.args.required_vram ?? 0) * GIGABYTE : 0,
  );
  const parts = [meta?.['system_requirements'], meta?.['system_resources']];
  const ofJob = parts.flatMap((part) => [
    numberIn(part, 'required_vram') * GIGABYTE,
    numberIn(part, 'vram_total_mb') * MEGABYTE,
  ]);
  return Math.max(0, ...own, ...ofJob);
}

/** A positive number under a key, also where it is written as text; 0 for anything else. */
function numberIn(part: unknown, key: string): number {
  if (typeof part !== 'object' || part === null) return 0;
  const value: unknown = Object.hasOwn(part, key) ? Reflect.get(part, key) : null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : 0;
}

/** One decimal, and never rounded up: what is too little must not look like enough. */
function inGigabytes(bytes: number): string {
  return String(Math.floor(bytes / (GIGABYTE / 10)) / 10);
}

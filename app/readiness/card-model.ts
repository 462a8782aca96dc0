import { DOCUMENTED_CARDS } from './documented.ts';

/** Is this card on a list? `nearest` is the entry that it is a version of, where there is one. */
export type Listing =
  | { readonly kind: 'listed'; readonly entry: string }
  | { readonly kind: 'version'; readonly nearest: string }
  | { readonly kind: 'unlisted' };

/** The part of a name that tells cards apart. */
interface Model {
  /** Without maker, form and memory: `RTX3060TI`, `A100`. */
  readonly key: string;
  /** What it may be a version of, nearest first: `RTX4070TISUPER`, `RTX4070TI`, `RTX4070`. */
  readonly bases: readonly string[];
  /** GB in the name; null where it names none. */
  readonly memoryGb: number | null;
  readonly laptop: boolean;
}

/**
 * Finds a card by its driver's name ("NVIDIA GeForce RTX 4070 Ti SUPER", "NVIDIA A100-SXM4-80GB",
 * "NVIDIA RTX A4000 Laptop GPU") in a list of plain ones. A laptop's card, a Ti or a SUPER is another
 * card than the one whose name it bears. Where the list tells sizes apart, the memory (bytes) decides.
 */
export function findCard(
  card: { readonly name: string; readonly memoryBytes: number | null },
  list: readonly string[] = DOCUMENTED_CARDS,
): Listing {
  const model = modelOf(card.name);
  const entries = list.map((entry) => ({ entry, model: modelOf(entry) }));
  const same = entries.find(
    (one) =>
      one.model.key === model.key &&
      one.model.laptop === model.laptop &&
      hasMemory(one.model.memoryGb, model.memoryGb, card.memoryBytes),
  );
  if (same) return { kind: 'listed', entry: same.entry };
  const near = model.bases
    .map((base) => entries.find((one) => one.model.key === base))
    .find((one) => one !== undefined);
  return near ? { kind: 'version', nearest: near.entry } : { kind: 'unlisted' };
}

// Words that say who made it and how it is mounted, not which card it is. "Generation" belongs to
// "RTX 6000 Ada Generation".
const FORM =
  /^(NVIDIA|TESLA|GEFORCE|QUADRO|GPU|PCIE|SXM\d?|NVL|HBM\d?E?|CNX|GENERATION|DESIGN|WITH|\d+GB)$/;
const LAPTOP = /^(LAPTOP|MOBILE)$/;

function modelOf(name: string): Model {
  const words = name
    .toUpperCase()
    .replaceAll(/MAX-?Q/g, 'LAPTOP')
    .split(/[\s\-_/]+/)
    .filter((word) => word !== '');
  const memory = words.map((word) => /^(\d+)GB$/.exec(word)?.[1]).find((gb) => gb !== undefined);
  const laptop = words.some((word) => LAPTOP.test(word));
  const kept = words.filter((word) => !FORM.test(word) && !LAPTOP.test(word));
  const key = kept.join('');
  // The documentation writes "RTX A100" of a card that its driver calls "A100". All A and H cards of
  // workstations and data centres have a name of their own without it.
  const plain = key.replace(/^RTX(?=[AH]\d)/, '');
  return {
    key: plain,
    bases: [plain, plain.replace(/(SUPER|D)$/, ''), plain.replace(/(TI|SUPER|D)+$/, '')],
    memoryGb: memory === undefined ? null : Number(memory),
    laptop,
  };
}

// Cards come with a little less than their name says, in binary units: 40 GB are 40,960 MiB at most.
function hasMemory(asked: number | null, named: number | null, bytes: number | null): boolean {
  if (asked === null) return true;
  if (named !== null) return named === asked;
  return bytes !== null && Math.abs(bytes / 1024 ** 3 - asked) < asked * 0.1;
}

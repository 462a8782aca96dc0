import type { CardReadiness, ReadinessVerdict, Requirement } from '../contract/readiness.ts';
import { listWords } from './words.ts';

/** One sentence that says what the verdict is and why. */
export function headlineOf(
  verdict: ReadinessVerdict,
  requirements: readonly Requirement[],
): string {
  const open = requirements.filter((one) => one.required && one.verdict !== 'met');
  switch (verdict) {
    case 'measuring':
      return 'Offpeak is looking at this computer.';
    case 'ready':
      return "Ready: this computer has all that the network asks for. The network's own test has the last word.";
    case 'practice-only': {
      const reason = open.find((one) => one.verdict === 'unfixable')?.note ?? '';
      return `Practice only. ${reason}`.trim();
    }
    case 'fixable': {
      const missing = open.filter((one) => one.verdict === 'fixable').map(label);
      const unknown = open.filter((one) => one.verdict === 'unknown').map(label);
      const parts = [
        ...(missing.length === 0 ? [] : [`not as asked: ${listWords(missing)}`]),
        ...(unknown.length === 0 ? [] : [`not known yet: ${listWords(unknown)}`]),
      ];
      return `Fixable (${open.length}): ${parts.join('; ')}.`;
    }
  }
}

/** The same for a computer with several cards, of which `best` has the best verdict. */
export function headlineOfCards(best: CardReadiness, cards: readonly CardReadiness[]): string {
  const alike = cards.filter((one) => one.verdict === best.verdict);
  if (alike.length === cards.length && cards.every((one) => one.headline === best.headline)) {
    return best.headline;
  }
  const which = listWords(alike.map(({ index, name }) => `card ${index} (${name})`));
  return `Best with ${which}, of ${cards.length} cards. ${best.headline}`;
}

function label({ name }: Requirement): string {
  return LABELS[name];
}

const LABELS: Readonly<Record<Requirement['name'], string>> = {
  platform: 'the system',
  driver: 'the driver',
  card: 'the card',
  'card-memory': 'the memory of the card',
  memory: 'the memory',
  'disk-total': 'the size of the disk',
  'disk-free': 'free space',
  download: 'download speed',
  upload: 'upload speed',
  latency: 'latency',
  engine: 'the container engine',
  'card-in-containers': 'the card in containers',
  isolation: 'the isolation',
};

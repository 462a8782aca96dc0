import { BenchmarkReport } from '../../app/contract/benchmark.ts';
import { OffpeakError } from '../../app/contract/errors.ts';

const Backend = BenchmarkReport.shape.backend;

/** `--backend`; null leaves the choice to Offpeak. Throws `host.bad-usage`. */
export function backendNamed(text: string | undefined): BenchmarkReport['backend'] | null {
  if (text === undefined) return null;
  const name = Backend.safeParse(text);
  if (name.success) return name.data;
  throw new OffpeakError('host.bad-usage', {
    message: `--backend does not know "${text}".`,
    remedy: `It is one of: ${Backend.options.join(', ')}.`,
  });
}

/** What was measured, on lines of its own. */
export function describeCard(card: BenchmarkReport['card']): string {
  if (card.kind === 'cpu') {
    return `${card.name}, ${card.multiprocessors} cores\nProcessor, by OpenCL: for trying only, not to be compared with a card.\n`;
  }
  const [major, minor] = card.computeCapability ?? [];
  const capability = major === undefined ? '' : `compute capability ${major}.${minor}, `;
  const by = card.platform === null ? '' : `By OpenCL (${card.platform}).\n`;
  return `${card.name}, ${capability}${card.multiprocessors} multiprocessors\n${by}`;
}

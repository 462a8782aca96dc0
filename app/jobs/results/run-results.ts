import { MAX_RESULT_BYTES, MAX_RESULT_ENTRIES } from '../definition/limits.ts';
import { parseDefinition } from '../definition/parse.ts';
import type { Work } from '../run.ts';
import type { OperationRecord } from '../run-parts.ts';
import { patternsOf, type Found } from './pattern.ts';
import { readResults, type Results } from './read-results.ts';

/** The results of one operation as the network's documents have them: a text says why not. */
export type WrittenResults = Readonly<Record<string, string | string[]>>;

/** What the operations of an ended run say in their results, read from its log. */
export async function resultsOfRun(
  run: { readonly definition: string; readonly work: Work },
  logPath: string,
  signal: AbortSignal,
): Promise<Results> {
  const verdict = parseDefinition(run.definition);
  if (!verdict.valid) return new Map();
  const ran = new Set(run.work.operations.filter(hasRun).map(({ id }) => id));
  const patterns = verdict.definition.ops.filter(({ id }) => ran.has(id)).flatMap(patternsOf);
  return readResults({ logPath, patterns, signal });
}

/** True for an operation whose container has printed what it had to say, or prints it now. */
export function hasRun(record: OperationRecord): boolean {
  return record.state === 'running' || (record.state === 'ended' && record.end.startedAt !== null);
}

/** Results as they are written into the document: what was left out is marked. Pure. */
export function writtenResults(results: ReadonlyMap<string, Found>): WrittenResults {
  return Object.fromEntries([...results].map(([name, found]) => [name, written(found)]));
}

function written(found: Found): string | string[] {
  if (!found.ok) return found.why;
  return found.cut === null ? found.entries : [...found.entries, cutMarks[found.cut]];
}

const cutMarks = {
  size: `[… left out: a result holds ${MAX_RESULT_ENTRIES} entries or ${MAX_RESULT_BYTES} bytes]`,
  time: '[… left out: reading the results took too long]',
} as const;

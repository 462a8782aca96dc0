import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodeRecord } from '../../app/jobs/log-record.ts';
import type { Pattern } from '../../app/jobs/results/pattern.ts';
import { readResults } from '../../app/jobs/results/read-results.ts';
import { type Bench, median, times } from './figures.ts';

/** A line that is found is rare; most only have to be passed over. */
const FOUND_EVERY = 1000;

/** Results by patterns from a long log, against a bare loop over its lines. */
export async function results(bench: Bench): Promise<void> {
  const count = bench.quick ? 2_000 : 500_000;
  const rounds = bench.quick ? 1 : 3;
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const path = join(folder, 'log.jsonl');
  writeFileSync(path, Buffer.concat(Array.from({ length: count }, (_, index) => record(index))));
  /** Lines per millisecond, which are thousands per second. */
  const speed = async (work: () => Promise<unknown>): Promise<number> =>
    count / median(await times(rounds, work));
  try {
    for (const many of [1, 10]) {
      const baseline = await speed(() => bareSearch(path, many));
      const ours = await speed(() => search(path, many));
      const name = `results: ${many} ${many === 1 ? 'pattern' : 'patterns'}`;
      bench.note(name, ours, 'k lines/s', { baseline });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function source(place: number): string {
  return `loss${place}: ([\\d.]+)`;
}

function record(index: number): Buffer {
  const isFound = index % FOUND_EVERY === 0;
  const text = isFound
    ? `step ${index} loss0: 0.5 loss9: 0.25`
    : `step ${index}: ${'all is well '.repeat(8)}`;
  const ts = `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;
  return encodeRecord({ at: Date.parse(ts), operation: 'op', stream: 'stdout', text, ts });
}

async function search(logPath: string, many: number): Promise<void> {
  const patterns = Array.from({ length: many }, (_, place): Pattern => {
    return { operation: 'op', name: String(place), source: source(place), types: null };
  });
  const found = await readResults({ logPath, patterns, signal: new AbortController().signal });
  const first = found.get('op')?.get('0');
  if (first?.ok !== true || first.entries.length === 0) throw new Error('Nothing was found.');
}

/** The same patterns on the raw lines of the file: nothing is taken apart, nobody watches. */
async function bareSearch(path: string, many: number): Promise<void> {
  const patterns = Array.from({ length: many }, (_, place) => new RegExp(source(place)));
  const found: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    for (const pattern of patterns) {
      const match = pattern.exec(line);
      if (match !== null) found.push(match[0]);
    }
  }
  if (found.length === 0) throw new Error('Nothing was found.');
}

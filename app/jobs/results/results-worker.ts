import { parentPort, workerData } from 'node:worker_threads';
import { readLog } from '../log-read.ts';
import { Search } from './search.ts';
import { SearchSigns, SearchTask } from './search-task.ts';

/**
 * Tries the patterns of a job on its log. It runs in a thread of its own, because the patterns are
 * strangers' and one of them may never come to an end: whoever started it can end it at any time.
 */

const CHUNK_BYTES = 1024 * 1024;

parentPort?.postMessage(await search(SearchTask.parse(workerData)));

async function search({ logPath, patterns, limits, signs: buffer }: SearchTask) {
  const signs = new SearchSigns(buffer);
  const giveUpAt = performance.now() + limits.allMs;
  const search = new Search(patterns, limits, stopwatch(signs));
  for (let from = 0; !search.isOver;) {
    const { lines, next, complete } = await readLog(logPath, from, CHUNK_BYTES);
    for (const line of lines) {
      search.line(line);
      if (performance.now() > giveUpAt) return search.found(true);
    }
    if (complete) break;
    from = next;
  }
  return search.found(false);
}

function stopwatch(signs: SearchSigns) {
  let since = 0;
  return {
    begin(pattern: number): void {
      signs.begin(pattern);
      since = performance.now();
    },
    end(): number {
      signs.end();
      return performance.now() - since;
    },
  };
}

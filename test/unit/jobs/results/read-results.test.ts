import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecord, type LogRecord } from '../../../../app/jobs/log-record.ts';
import type { Found, Pattern } from '../../../../app/jobs/results/pattern.ts';
import { readResults, type ResultsRequest } from '../../../../app/jobs/results/read-results.ts';

let folder: string;
let logPath: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offpeak-results-'));
  logPath = join(folder, 'log.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(text: string, stream: LogRecord['stream'] = 'stdout', operation = 'a'): LogRecord {
  return { at: 0, operation, stream, text, ts: null };
}

function print(...records: readonly LogRecord[]): void {
  writeFileSync(logPath, Buffer.concat(records.map(encodeRecord)));
}

function pattern(source: string, more: Partial<Pattern> = {}): Pattern {
  return { operation: 'a', name: source, source, types: null, ...more };
}

async function read(
  patterns: readonly Pattern[],
  more: Partial<ResultsRequest> = {},
): Promise<Record<string, Found | undefined>> {
  const signal = new AbortController().signal;
  const results = await readResults({ logPath, patterns, signal, ...more });
  return Object.fromEntries(results.get('a') ?? []);
}

const all = (...entries: string[]): Found => ({ ok: true, entries, cut: null });
const why = (found: Found | undefined): string => (found?.ok === false ? found.why : '');

describe('the results of an operation', () => {
  it('are the first match of each line, and then each of its groups', async () => {
    print(record('loss=1 loss=2'), record('nothing'), record('loss=3'));
    expect(await read([pattern('loss=(\\d)')])).toEqual({
      'loss=(\\d)': all('loss=1', '1', 'loss=3', '3'),
    });
  });

  it('keep the place of a group that took no part', async () => {
    print(record('b'));
    expect(await read([pattern('(a)|(b)')])).toEqual({ '(a)|(b)': all('b', '', 'b') });
  });

  it('are there, with nothing in them, when no line matches or nothing was printed', async () => {
    expect(await read([pattern('x')])).toEqual({ x: all() });
    print(record('y'), record(''));
    expect(await read([pattern('x'), pattern('^$')])).toEqual({ x: all(), '^$': all() });
  });

  it('come from the kinds of line that were asked for', async () => {
    print(record('out'), record('err', 'stderr'), record('ours', 'host'));
    expect(
      await read([
        pattern('.+', { name: 'every' }),
        pattern('.+', { name: 'errors', types: ['stderr'] }),
        pattern('.+', { name: 'host', types: ['nodeerr', 'stdin'] }),
      ]),
    ).toEqual({ every: all('out', 'err', 'ours'), errors: all('err'), host: all('ours') });
  });

  it('come from its own lines alone', async () => {
    print(record('mine'), record('theirs', 'stdout', 'b'));
    const patterns = [pattern('.+'), pattern('.+', { operation: 'b' })];
    const signal = new AbortController().signal;
    const results = await readResults({ logPath, patterns, signal });
    expect(results.get('a')?.get('.+')).toEqual(all('mine'));
    expect(results.get('b')?.get('.+')).toEqual(all('theirs'));
  });

  it('take a lone star for any number of slashes, as the network does', async () => {
    print(record('a'), record('//b'));
    expect(await read([pattern('*')])).toEqual({ '*': all('', '//') });
  });

  it('are an error where the pattern is none, and the others are there', async () => {
    print(record('a'));
    const found = await read([pattern('('), pattern('+*'), pattern('a')]);
    expect(why(found['('])).toMatch(/^SyntaxError: Invalid regular expression/);
    expect(why(found['+*'])).toMatch(/^SyntaxError: Invalid regular expression/);
    expect(found['a']).toEqual(all('a'));
  });

  it('are the same each time', async () => {
    print(...Array.from({ length: 500 }, (_, index) => record(`${index % 7}=${index}`)));
    const patterns = [pattern('^3=(.*)'), pattern('=(\\d)\\d$')];
    expect(await read(patterns)).toEqual(await read(patterns));
  });
});

describe('what patterns find has bounds:', () => {
  it('entries, with the groups of a line kept together', async () => {
    print(record('1'), record('2'), record('3'));
    const found = await read([pattern('(\\d)')], { limits: { maxEntries: 5 } });
    expect(found['(\\d)']).toEqual({ ok: true, entries: ['1', '1', '2', '2'], cut: 'size' });
  });

  it('bytes, not characters', async () => {
    print(record('éé'), record('é'));
    const limited = (maxBytes: number) => read([pattern('.+')], { limits: { maxBytes } });
    expect(await limited(5)).toEqual({ '.+': { ok: true, entries: ['éé'], cut: 'size' } });
    expect(await limited(6)).toEqual({ '.+': all('éé', 'é') });
  });

  it('bytes of all results together', async () => {
    print(record('1234'));
    const patterns = [pattern('.+', { name: 'one' }), pattern('.+', { name: 'two' })];
    expect(await read(patterns, { limits: { maxAllBytes: 7 } })).toEqual({
      one: all('1234'),
      two: { ok: true, entries: [], cut: 'size' },
    });
  });
});

describe('a pattern that never comes to an end', () => {
  const catastrophic = pattern('(a+)+$');
  const bomb = record(`${'a'.repeat(50_000)}!`);

  it('is stopped, says so, and leaves the others their results', async () => {
    print(record('loss=1'), bomb, record('loss=2'));
    const since = performance.now();
    const found = await read([pattern('loss=.'), catastrophic], { limits: { patternMs: 300 } });
    expect(performance.now() - since).toBeLessThan(5000);
    expect(found).toEqual({
      'loss=.': all('loss=1', 'loss=2'),
      '(a+)+$': {
        ok: false,
        why: 'This pattern took longer than 0.3 seconds and was stopped.',
      },
    });
  });

  it('does not keep the host from its other work', async () => {
    print(bomb);
    let turns = 0;
    const other = setInterval(() => (turns += 1), 10);
    await read([catastrophic], { limits: { patternMs: 500 } });
    clearInterval(other);
    expect(turns).toBeGreaterThan(20);
  });

  it('is stopped, too, when each line takes only a little of its time', async () => {
    // Each of these is slow enough to add up, and none would be noticed alone.
    print(...Array.from({ length: 2000 }, () => record(`${'a'.repeat(19)}!`)));
    const found = await read([catastrophic, pattern('!$')], { limits: { patternMs: 100 } });
    expect(why(found['(a+)+$'])).toContain('took longer than 0.1 seconds');
    expect(found['!$']).toMatchObject({ ok: true, cut: 'size' });
  });

  it('does not come with so many others that they take for ever together', async () => {
    print(bomb);
    const bombs = Array.from({ length: 40 }, (_, index) => pattern(`(a+)+${index}$`));
    const since = performance.now();
    const found = await read(bombs, { limits: { patternMs: 200, allMs: 1000 } });
    expect(performance.now() - since).toBeLessThan(5000);
    expect(
      Object.values(found)
        .map(why)
        .every((text) => text !== ''),
    ).toBe(true);
    expect(why(found['(a+)+39$'])).toContain('no time left');
  });

  it('is given up at once when the host goes away', async () => {
    print(bomb);
    const stop = new AbortController();
    const reading = read([catastrophic], { signal: stop.signal, limits: { patternMs: 60_000 } });
    setTimeout(() => stop.abort(new Error('the host goes away')), 300);
    await expect(reading).rejects.toThrow('the host goes away');
  });
});

describe('a large log', () => {
  it(
    'is read in pieces: it never sits in the memory of the host',
    { timeout: 60_000 },
    async () => {
      const line = encodeRecord(record(`${'x'.repeat(1000)} loss=1`, 'stdout', 'b'));
      const block = Buffer.concat(Array.from({ length: 1000 }, () => line));
      const file = createWriteStream(logPath);
      for (let written = 0; written < 64 * 1024 * 1024; written += block.length) {
        if (!file.write(block)) await once(file, 'drain');
      }
      file.end(encodeRecord(record('loss=2')));
      await once(file, 'close');
      const before = process.memoryUsage().rss;
      const found = await read([pattern('loss=.')]);
      expect(found['loss=.']).toEqual(all('loss=2'));
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    },
  );

  it('gives what was found in time, and says that there may be more', async () => {
    print(...Array.from({ length: 100_000 }, () => record('x')));
    const found = await read([pattern('y')], { limits: { allMs: 1 } });
    expect(found['y']).toEqual({ ok: true, entries: [], cut: 'time' });
  });
});

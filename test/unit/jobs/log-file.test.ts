import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../app/jobs/clock.ts';
import { openLogDisk, type LogDisk } from '../../../app/jobs/log-disk.ts';
import { LogFile, type LogFileOptions } from '../../../app/jobs/log-file.ts';
import { logSize, readLog, readLogTail } from '../../../app/jobs/log-read.ts';
import type { LogRecord } from '../../../app/jobs/log-record.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offpeak-log-'));
  path = join(folder, 'run', 'log.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<LogFileOptions> = {}): Promise<LogFile> {
  const disk = openLogDisk(path);
  return LogFile.open({ path, disk, clock: systemClock, onGrowth: () => undefined, ...options });
}

/** A line of the operation "train", second 0 to 59 of a minute. */
function line(text: string, second = 0, operation = 'train'): LogRecord {
  const ts = `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000001Z`;
  return { at: Date.parse(ts), operation, stream: 'stdout', text, ts };
}

async function texts(): Promise<string[]> {
  const { lines } = await readLog(path, 0, 1_000_000);
  return lines.map(({ text }) => text);
}

/** A disk that refuses everything while it is full, or keeps a writer waiting while it is slow. */
class StubbornDisk implements LogDisk {
  isFull = false;
  readonly #disk = openLogDisk(path);

  write(bytes: Uint8Array, position: number): Promise<void> {
    if (this.isFull) return Promise.reject(new Error('no space left on device'));
    return this.#disk.write(bytes, position);
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}

describe('a log', () => {
  it('keeps lines in order, with operation, stream and the engine’s own time', async () => {
    const log = await open();
    log.append({ ...line('out'), stream: 'stdout' });
    log.append({ ...line('err', 1), stream: 'stderr' });
    log.note('train', 'of ours');
    await log.close();
    const { lines } = await readLog(path, 0, 1_000_000);
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ['stdout', 'out'],
      ['stderr', 'err'],
      ['host', 'of ours'],
    ]);
    expect(lines[1]?.at).toBe(Date.parse('2026-01-01T00:00:01Z'));
    expect(readFileSync(path, 'utf8')).toContain('00:00:01.000000001Z');
  });

  it('keeps whatever a job prints: quotes, colours, other writings, half characters', async () => {
    const hostile = ['"}\n{"', '\u001b[31mred', '日本語 🙂', '\ud800', '\u0000', ''];
    const log = await open();
    for (const text of hostile) log.append(line(text));
    await log.close();
    expect(await texts()).toEqual(hostile);
  });

  it('cuts a line that would not fit any reader', async () => {
    const log = await open();
    log.append(line('x'.repeat(1_000_000)));
    await log.close();
    const [text] = await texts();
    expect(text).toHaveLength(64 * 1024 + 4);
    expect(text?.endsWith(' […]')).toBe(true);
  });

  it('has its lines on the disk after a flush', async () => {
    const log = await open();
    for (let count = 0; count < 1000; count += 1) log.append(line(`${count}`));
    await log.flush();
    expect(await texts()).toHaveLength(1000);
    expect(log.size).toBe(await logSize(path));
    await log.close();
  });
});

describe('a log after a crash', () => {
  it('loses its torn last line and goes on behind the whole ones', async () => {
    const log = await open();
    log.append(line('whole'));
    await log.close();
    appendFileSync(
      path,
      `{"at":1,"operation":"train","stream":"stdout","text":"${'x'.repeat(500)}`,
    );
    const again = await open();
    again.append(line('next', 1));
    await again.close();
    expect(await texts()).toEqual(['whole', 'next']);
    expect(await logSize(path)).toBe(again.size);
  });

  it('knows for each operation from where its container’s log goes on', async () => {
    const log = await open();
    log.append(line('a', 1));
    log.append(line('b', 2));
    log.append(line('other', 2, 'serve'));
    log.append(line('c', 2));
    log.note('train', 'of ours');
    const live = log.resumePoint('train');
    await log.close();
    const again = await open();
    expect(again.resumePoint('train')).toEqual({ since: line('', 2).ts, skip: 2 });
    expect(again.resumePoint('train')).toEqual(live);
    expect(again.resumePoint('serve')).toEqual({ since: line('', 2).ts, skip: 1 });
    expect(again.resumePoint('unknown')).toEqual({ since: null, skip: 0 });
    await again.close();
  });

  it('reads over a damaged line', async () => {
    const log = await open();
    log.append(line('before'));
    await log.close();
    appendFileSync(path, 'not a record\n');
    const again = await open();
    again.append(line('after'));
    await again.close();
    expect(await texts()).toEqual(['before', 'after']);
  });
});

describe('a log that grows too large', () => {
  it('ends with a line that says so, once, also after a crash', async () => {
    const options = { maxBytes: 2000 };
    const log = await open(options);
    for (let count = 0; count < 100; count += 1) log.append(line(`line ${count}`));
    await log.close();
    const again = await open(options);
    again.append(line('more'));
    await again.close();
    const all = await texts();
    expect(all[0]).toBe('line 0');
    expect(all.at(-1)).toContain('reached its largest size');
    expect(all.filter((text) => text.includes('largest size'))).toHaveLength(1);
    expect(await logSize(path)).toBeLessThan(2300);
  });
});

describe('a log whose disk is full', () => {
  it('waits, and loses nothing that fits into memory', async () => {
    const disk = new StubbornDisk();
    const log = await open({ disk });
    disk.isFull = true;
    log.append(line('waits'));
    await log.flush();
    expect(log.size).toBe(0);
    disk.isFull = false;
    await log.close();
    expect(await texts()).toEqual(['waits']);
    expect(log.missing).toBeNull();
  });

  it('gives up at the end, and says that lines are missing', async () => {
    const disk = new StubbornDisk();
    disk.isFull = true;
    const log = await open({ disk });
    log.append(line('lost'));
    await log.close();
    expect(log.missing).toBe('disk full');
    expect(await texts()).toEqual([]);
  });

  it('drops lines beyond what memory may hold, and marks the place', async () => {
    const disk = new StubbornDisk();
    disk.isFull = true;
    const log = await open({ disk, maxWaitingBytes: 500 });
    for (let count = 0; count < 20; count += 1) log.append(line(`line ${count}`));
    await log.flush();
    disk.isFull = false;
    await log.close();
    const all = await texts();
    expect(all[0]).toBe('line 0');
    expect(all.at(-1)).toMatch(/^\d+ lines are missing here/);
    const kept = all.length - 1;
    expect(all.at(-1)).toContain(`${20 - kept} lines`);
    expect(log.missing).toBe('disk full');
  });

  it('cannot even be created, and the job does not notice', async () => {
    writeFileSync(join(folder, 'run'), 'a file where the folder should be');
    const log = await LogFile.open({
      path: join(folder, 'elsewhere', 'log.ndjson'),
      disk: openLogDisk(path),
      clock: systemClock,
      onGrowth: () => undefined,
    });
    log.append(line('lost'));
    await log.close();
    expect(log.missing).toBe('disk full');
  });
});

describe('reading a log in pieces', () => {
  it('gives every line once, whatever the size of the pieces', async () => {
    const log = await open();
    const written = Array.from({ length: 50 }, (_, index) => `line ${index} ${'é'.repeat(index)}`);
    for (const text of written) log.append(line(text));
    await log.close();
    for (const maxBytes of [1, 100, 1000, 1_000_000]) {
      const read: string[] = [];
      let from = 0;
      for (let isComplete = false; !isComplete;) {
        const piece = await readLog(path, from, maxBytes);
        read.push(...piece.lines.map(({ text }) => text));
        from = piece.next;
        isComplete = piece.complete;
      }
      expect(read).toEqual(written);
      expect(from).toBe(await logSize(path));
    }
  });

  it('goes on where it ended when lines are added', async () => {
    const log = await open();
    log.append(line('first'));
    await log.flush();
    const { next } = await readLog(path, 0, 1000);
    log.append(line('second'));
    await log.flush();
    expect((await readLog(path, next, 1000)).lines.map(({ text }) => text)).toEqual(['second']);
    await log.close();
  });

  it('is empty and complete where there is no log, and behind its end', async () => {
    expect(await readLog(path, 0, 1000)).toEqual({ lines: [], next: 0, complete: true });
    const log = await open();
    log.append(line('one'));
    await log.close();
    const size = await logSize(path);
    expect(await readLog(path, size + 99, 10)).toEqual({ lines: [], next: size, complete: true });
  });
});

describe('the tail of a log', () => {
  it('holds the last lines, and tells whether there were more', async () => {
    const log = await open();
    for (let count = 0; count < 10; count += 1) log.append(line(`line ${count}`));
    await log.close();
    const byLines = await readLogTail(path, { maxLines: 3, maxBytes: 1_000_000 });
    expect(byLines.records.map(({ text }) => text)).toEqual(['line 7', 'line 8', 'line 9']);
    expect(byLines.cut).toBe(true);
    const size = await logSize(path);
    const byBytes = await readLogTail(path, { maxLines: 100, maxBytes: size / 2 });
    expect(byBytes.records.length).toBeLessThan(10);
    expect(byBytes.cut).toBe(true);
    const all = await readLogTail(path, { maxLines: 10, maxBytes: size });
    expect(all.cut).toBe(false);
    expect(all.records).toHaveLength(10);
  });
});

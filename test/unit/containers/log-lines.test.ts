import { describe, expect, it } from 'vitest';
import type { LogMessage } from '../../../app/adapters/docker/frames.ts';
import {
  CUT_MARK,
  LogLines,
  type LogPosition,
  MAX_LINE_BYTES,
  replayFrom,
} from '../../../app/containers/log-lines.ts';
import type { EngineLogLine } from '../../../app/jobs/ports.ts';

const BEGINNING: LogPosition = { since: null, skip: 0 };

describe('the lines of a log', () => {
  it('come out in order with their stream and time', () => {
    expect(read([out(1, 'one\n'), err(2, 'two\n'), out(3, '\n')])).toEqual([
      { timestamp: at(1), stream: 'stdout', text: 'one' },
      { timestamp: at(2), stream: 'stderr', text: 'two' },
      { timestamp: at(3), stream: 'stdout', text: '' },
    ]);
  });

  it('are put together from pieces, even when the other stream speaks in between', () => {
    const messages = [out(1, 'a'), err(2, 'x\n'), out(1, 'b'), out(1, 'c\n'), out(3, 'd\n')];
    expect(texts(read(messages))).toEqual(['x', 'abc', 'd']);
  });

  it('keep letters whole that a piece ended in the middle of', () => {
    const letters = Buffer.from('€😀\n');
    const pieces = [letters.subarray(0, 2), letters.subarray(2, 5), letters.subarray(5)];
    expect(texts(read(pieces.map((bytes) => ({ ...out(1, ''), bytes }))))).toEqual(['€😀']);
  });

  it('without a newline count when the log ends, or when a line with another time follows', () => {
    expect(texts(read([out(1, 'first'), out(2, 'second\n'), out(3, 'last')]))).toEqual([
      'first',
      'second',
      'last',
    ]);
  });

  it('are cut with a mark when they are too long, between letters', () => {
    const exact = 'x'.repeat(MAX_LINE_BYTES);
    const long = `${'x'.repeat(MAX_LINE_BYTES - 1)}€ and more`;
    expect(texts(read([out(1, `${exact}\n`), out(2, `${long}\n`)]))).toEqual([
      exact,
      'x'.repeat(MAX_LINE_BYTES - 1) + CUT_MARK,
    ]);
  });

  it('that never end are shown at once and then dropped, without keeping them', () => {
    const given: EngineLogLine[] = [];
    const lines = new LogLines(BEGINNING, (line) => given.push(line));
    for (let piece = 0; piece < 10_000; piece += 1) lines.push(out(1, 'y'.repeat(16_384)));
    expect(texts(given)).toEqual(['y'.repeat(MAX_LINE_BYTES) + CUT_MARK]);
    lines.push(out(1, 'end\n'));
    lines.push(out(2, 'next\n'));
    expect(texts(given).slice(1)).toEqual(['next']);
  });
});

describe('reading on from a position', () => {
  const log = [
    out(1, 'a\n'),
    out(2, 'b\n'),
    err(2, 'c\n'),
    out(2, 'd\n'),
    out(5, 'long '),
    // The streams get their times apart, so times may step back.
    err(3, 'e\n'),
    out(5, 'line\n'),
    err(4, 'f\n'),
    out(6, 'g\n'),
  ];

  it('gives each line once, wherever the reader left', () => {
    const whole = read(log);
    expect(texts(whole)).toEqual(['a', 'b', 'c', 'd', 'e', 'long line', 'f', 'g']);
    for (let left = 0; left <= whole.length; left += 1) {
      const before = whole.slice(0, left);
      const since = before.at(-1)?.timestamp ?? null;
      const skip = before.filter((line) => line.timestamp === since).length;
      expect([...before, ...read(log, { since, skip })]).toEqual(whole);
    }
  });

  it('never lets time step back', () => {
    const times = read(log).map((line) => line.timestamp);
    expect(times).toEqual(times.toSorted());
  });

  it('goes on by itself after a broken connection, wherever it broke', () => {
    for (let broken = 0; broken <= log.length; broken += 1) {
      for (let again = 0; again <= log.length; again += 1) {
        const given: EngineLogLine[] = [];
        const take = (line: EngineLogLine): void => void given.push(line);
        const first = new LogLines(BEGINNING, take);
        log.slice(0, broken).forEach((message) => first.push(message));
        const second = new LogLines(first.position(), take);
        log.slice(0, again).forEach((message) => second.push(message));
        const third = new LogLines(second.position(), take);
        log.forEach((message) => third.push(message));
        third.end();
        expect(given).toEqual(read(log));
      }
    }
  });

  it('compares times also where an engine writes them in another way', () => {
    const messages = [
      stamped('2026-01-01T00:00:00.5Z', 'a\n'),
      stamped('2026-01-01T00:00:00.25Z', 'b\n'),
    ];
    const whole = read(messages);
    expect(whole.map((line) => line.timestamp)).toEqual(Array(2).fill('2026-01-01T00:00:00.5Z'));
    expect(texts(read(messages, { since: '2026-01-01T00:00:00.500000000Z', skip: 1 }))).toEqual([
      'b',
    ]);
  });

  it('asks the engine for more than is needed, in case the clock was set back', () => {
    expect(replayFrom(null, 10)).toBe(0);
    expect(replayFrom('2026-01-01T01:00:00.999999999Z', 3600)).toBe(Date.UTC(2026, 0, 1) / 1000);
  });
});

function read(messages: readonly LogMessage[], after: LogPosition = BEGINNING): EngineLogLine[] {
  const given: EngineLogLine[] = [];
  const lines = new LogLines(after, (line) => given.push(line));
  for (const message of messages) lines.push(message);
  lines.end();
  return given;
}

function texts(lines: readonly EngineLogLine[]): string[] {
  return lines.map((line) => line.text);
}

function at(nanosecond: number): string {
  return `2026-01-01T00:00:00.${String(nanosecond).padStart(9, '0')}Z`;
}

function out(nanosecond: number, text: string): LogMessage {
  return { stream: 'stdout', timestamp: at(nanosecond), bytes: Buffer.from(text) };
}

function err(nanosecond: number, text: string): LogMessage {
  return { ...out(nanosecond, text), stream: 'stderr' };
}

function stamped(timestamp: string, text: string): LogMessage {
  return { stream: 'stdout', timestamp, bytes: Buffer.from(text) };
}

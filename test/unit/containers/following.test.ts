import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../app/containers/connection.ts';
import { followLogs } from '../../../app/containers/following.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

const LINES = ['one', 'two', 'three', 'four'];
const CONTAINER = { id: 'abc', operation: 'op' };

describe('following a log', () => {
  let engine: HalfEngine;
  /** What each request for the log gets: so many lines, and how the stream ends. */
  let passes: { lines: number; broken?: boolean }[];
  /** The container ends after so many requests for its log. */
  let runsFor: number;
  let asked: string[];

  beforeEach(async () => {
    engine = new HalfEngine();
    await engine.open();
    asked = [];
    const usual = engine.answer;
    engine.answer = (request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/containers/abc/json')) {
        response.end(state(asked.length < runsFor));
      } else if (url.startsWith('/containers/abc/logs')) {
        const pass = passes[asked.length] ?? { lines: LINES.length };
        asked.push(url);
        response.writeHead(200);
        response.write(Buffer.concat(LINES.slice(0, pass.lines).map(frame)));
        if (pass.broken === true) setTimeout(() => response.destroy(), 20);
        else response.end();
      } else {
        usual(request, response);
      }
    };
  });
  afterEach(() => engine.remove());

  it('reads an ended container once', async () => {
    passes = [];
    runsFor = 0;
    expect(await follow()).toEqual(LINES);
    expect(asked).toHaveLength(1);
  });

  it('looks again after the end, because an engine may end the stream a line too early', async () => {
    passes = [{ lines: 3 }];
    runsFor = 1;
    expect(await follow()).toEqual(LINES);
    expect(asked).toHaveLength(2);
  });

  it('goes on where a broken connection left it', async () => {
    passes = [
      { lines: 1, broken: true },
      { lines: 3, broken: true },
      { lines: 2, broken: true },
    ];
    runsFor = 4;
    expect(await follow()).toEqual(LINES);
  });

  it('asks again for little after a clean end, and for all after a break or a restart', async () => {
    passes = [{ lines: 4, broken: true }, { lines: 4 }, { lines: 4 }];
    runsFor = 2;
    expect(await follow()).toEqual(LINES);
    const since = asked.map((url) =>
      Number(new URL(url, 'http://engine').searchParams.get('since')),
    );
    expect(since).toEqual([0, 0, START_SECONDS - 10]);
  });

  it('passes on what the reader of a line throws', async () => {
    passes = [];
    runsFor = 0;
    const broken = (): void => {
      throw new RangeError('a mistake of the reader');
    };
    await expect(follow(broken)).rejects.toThrow('a mistake of the reader');
  });

  async function follow(onText?: (text: string) => void): Promise<string[]> {
    const texts: string[] = [];
    const connection = new Connection({
      places: () => [{ kind: 'socket', path: engine.socket, origin: 'a test' }],
      os: 'linux',
      isInstalled: () => Promise.resolve(true),
    });
    const onLine = ({ text }: { text: string }): void =>
      (onText ?? ((one) => texts.push(one)))(text);
    const options = { since: null, skip: 0, onLine, pollMs: 10 };
    await followLogs(connection, CONTAINER, options, new AbortController().signal);
    return texts;
  }
});

const START_SECONDS = Date.UTC(2026, 0, 1) / 1000;

function frame(text: string, index: number): Buffer {
  const payload = Buffer.from(`2026-01-01T00:00:00.00000000${index}Z ${text}\n`);
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function state(running: boolean): string {
  const State = {
    Status: running ? 'running' : 'exited',
    Running: running,
    OOMKilled: false,
    ExitCode: 0,
    StartedAt: '2026-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  };
  return JSON.stringify({ Id: 'abc', Config: {}, State });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUT_MARK, MAX_LINE_BYTES } from '../../../app/containers/log-lines.ts';
import type { ContainerHandle, EngineLogLine } from '../../../app/jobs/ports.ts';
import {
  importBusybox,
  openRoom,
  patient,
  runToEnd,
  shell,
  started,
  whyNoEngine,
} from './engine-kit.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(`the log of a job${reason === null ? '' : ` (${reason})`}`, () => {
  const room = openRoom({ timing: { pollMs: 20 } });

  beforeAll(() => importBusybox());
  afterAll(async () => {
    await room.sweep([]);
  });

  it('keeps every letter, cuts lines that never end, and shows a last line without newline', async () => {
    const script = [
      'printf "é€😀%.0s" $(seq 1 200); echo',
      'head -c 40000 /dev/zero | tr "\\0" "x"; echo',
      'printf "a\\r\\033[31mred\\n"',
      'printf "the end"',
    ];
    const { lines } = await runToEnd(room, shell(script.join('; ')));
    expect(lines.map((line) => line.text)).toEqual([
      'é€😀'.repeat(200),
      'x'.repeat(MAX_LINE_BYTES) + CUT_MARK,
      'a\r\u001b[31mred',
      'the end',
    ]);
  });

  it('delivers a whole log even when the container is gone in a moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { out } = await runToEnd(room, shell('seq 1 50; seq 51 100 >&2'));
      expect(out.split('\n')).toHaveLength(50);
    }
  });

  it('goes on where it left off, without a gap or a line twice', async () => {
    const script =
      'i=0; while [ $i -lt 400 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; sleep 2';
    const container = await started(room, shell(script));
    const whole = await linesOf(container, null, 0, Infinity);
    expect(whole).toHaveLength(800);
    for (const leaveAfter of [1, 2, 399, 400, 799, 800]) {
      const before = whole.slice(0, leaveAfter);
      const since = before.at(-1)?.timestamp ?? null;
      const skip = before.filter((line) => line.timestamp === since).length;
      const rest = await linesOf(container, since, skip, Infinity);
      expect([...before, ...rest]).toEqual(whole);
    }
  });

  it('is read again and again while the job prints, and nothing is lost', async () => {
    const script =
      'i=0; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); [ $((i % 30)) = 0 ] && sleep 0.2; done';
    const container = await started(room, shell(script));
    const seen: EngineLogLine[] = [];
    for (let sitting = 0; sitting < 40 && seen.length < 300; sitting += 1) {
      const since = seen.at(-1)?.timestamp ?? null;
      const skip = seen.filter((line) => line.timestamp === since).length;
      seen.push(...(await linesOf(container, since, skip, 17)));
    }
    expect(seen.map((line) => line.text)).toEqual([...Array(300).keys()].map(String));
  });

  it('of 20 MB passes through without our memory growing with it', async () => {
    const line = 'x'.repeat(199);
    const container = await started(room, shell(`yes ${line} | head -c 20000000`));
    await room.waitForExit(container, patient());
    let bytes = 0;
    let peak = 0;
    const atStart = process.memoryUsage().rss;
    const onLine = ({ text }: EngineLogLine): void => {
      bytes += text.length + 1;
      if (bytes % 1_000_000 < 200) peak = Math.max(peak, process.memoryUsage().rss - atStart);
    };
    await room.followLogs(container, { since: null, skip: 0, onLine }, patient());
    expect(bytes).toBe(20_000_000);
    // The whole log as text would be 40 MB and more; what grows is the collector's slack.
    expect(peak).toBeLessThan(100 * 1024 ** 2);
  });

  it('of a job that prints faster than the engine hands out is whole', async () => {
    // More than half a million lines, and more than the engine would keep of them by its defaults.
    const line = 'x'.repeat(199);
    const script = `yes ${line} | head -c 120000000; echo the end`;
    const { lines } = await runToEnd(room, shell(script));
    expect(lines).toHaveLength(600_001);
    expect(lines.at(-1)?.text).toBe('the end');
  });

  /** Reads until the log ends or so many lines have come. */
  async function linesOf(
    container: ContainerHandle,
    since: string | null,
    skip: number,
    count: number,
  ): Promise<EngineLogLine[]> {
    const lines: EngineLogLine[] = [];
    const stop = new AbortController();
    const onLine = (line: EngineLogLine): void => {
      lines.push(line);
      if (lines.length >= count) stop.abort();
    };
    await room.followLogs(container, { since, skip, onLine }, stop.signal);
    return lines;
  }
});

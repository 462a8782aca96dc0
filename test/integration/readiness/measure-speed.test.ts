import { afterEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import {
  costOf,
  measureSpeed,
  SPEED_BUDGET,
  type SpeedBudget,
} from '../../../app/readiness/measure-speed.ts';
import { ShapedServer, type Shape, type Trouble } from '../../fakes/readiness/shaped-server.ts';

const servers: ShapedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(shape: Partial<Shape> = {}): Promise<ShapedServer> {
  const usual = { downloadBitsPerSecond: 80e6, uploadBitsPerSecond: 40e6 };
  const server = await ShapedServer.start({ ...usual, ...shape });
  servers.push(server);
  return server;
}

/** As the real one, but over in two seconds. */
const brief: SpeedBudget = { ...SPEED_BUDGET, pings: 4, flowMs: 1000 };

function measure(server: ShapedServer, budget = brief, signal = new AbortController().signal) {
  const steps: string[] = [];
  const onStep = (step: string): unknown => steps.push(step);
  return { steps, result: measureSpeed(server.base, { signal, onStep, budget }) };
}

async function codeOf(result: Promise<unknown>): Promise<string> {
  const error: unknown = await result.catch((reason: unknown) => reason);
  if (!(error instanceof OffpeakError)) throw new Error(`Not refused: ${String(error)}`);
  return error.code;
}

describe('a measurement of the connection', () => {
  it('finds the speed of the line in both directions, and never more', async () => {
    const server = await serve();
    const { steps, result } = measure(server);
    const { host, downloadBitsPerSecond, uploadBitsPerSecond, latencyMs, usedBytes } = await result;
    expect(steps).toEqual(['latency', 'download', 'upload']);
    expect(host).toBe(server.base.host);
    // The line lets no more through; how much less it is depends on how busy this computer is.
    expect(downloadBitsPerSecond).toBeLessThan(80e6 * 1.25);
    expect(uploadBitsPerSecond).toBeLessThan(40e6 * 1.25);
    expect(Math.min(downloadBitsPerSecond, uploadBitsPerSecond)).toBeGreaterThan(0);
    expect(latencyMs).toBeGreaterThan(0);
    expect(usedBytes).toBeGreaterThan(0);
    expect(usedBytes).toBeLessThanOrEqual(server.downloadedBytes + server.uploadedBytes);
  });

  it('tells a slow line from a fast one, down to one that is hardly usable', async () => {
    const slow = { downloadBitsPerSecond: 2e6, uploadBitsPerSecond: 2e6 };
    const found = await measure(await serve(slow), { ...brief, flowMs: 2000 }).result;
    const fast = await measure(await serve({ uploadBitsPerSecond: 80e6 })).result;
    expect(found.downloadBitsPerSecond).toBeLessThan(2e6 * 1.5);
    expect(found.uploadBitsPerSecond).toBeLessThan(2e6 * 1.5);
    expect(fast.downloadBitsPerSecond).toBeGreaterThan(found.downloadBitsPerSecond);
    expect(fast.uploadBitsPerSecond).toBeGreaterThan(found.uploadBitsPerSecond);
  });

  it('uses several transfers at a time, and asks as the documentation says', async () => {
    const server = await serve();
    await measure(server, { ...brief, flowMs: 600, requestBytes: 1e6 }).result;
    expect(server.busiest).toBe(brief.streams);
    for (const asked of server.asked) {
      expect(asked).toMatch(/^GET \/__down\?bytes=(0|\d{1,7})$|^POST \/__up$/);
    }
    expect(server.asked.filter((asked) => asked.endsWith('bytes=0'))).toHaveLength(brief.pings);
  });

  it('stops at the bytes that were promised, however fast the line', async () => {
    const server = await serve({ downloadBitsPerSecond: 1e9, uploadBitsPerSecond: 1e9 });
    const budget = { ...brief, downloadBytes: 3e6, uploadBytes: 2e6, requestBytes: 1e6 };
    const { usedBytes } = await measure(server, budget).result;
    expect(server.downloadedBytes).toBe(3e6);
    expect(server.uploadedBytes).toBe(2e6);
    expect(usedBytes).toBe(5e6);
    expect(costOf(budget)).toEqual({ maxBytes: 5e6, maxSeconds: 7 });
  });

  it('leaves no connection behind', async () => {
    const server = await serve();
    await measure(server, { ...brief, flowMs: 300 }).result;
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
  });

  it('ends at once when the owner ends it', async () => {
    const server = await serve({ downloadBitsPerSecond: 1e6 });
    const stop = new AbortController();
    const { steps, result } = measure(server, { ...brief, flowMs: 60_000 }, stop.signal);
    const ended = expect(result).rejects.toThrow('The owner ended it');
    await vi.waitFor(() => expect(server.downloadedBytes).toBeGreaterThan(0));
    stop.abort(new Error('The owner ended it'));
    await ended;
    expect(steps).toEqual(['latency', 'download']);
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
  });
});

describe('a speed server that cannot be measured', () => {
  const answer =
    (status: number, body = ''): Trouble =>
    (_, response) => {
      response.writeHead(status).end(body);
      return true;
    };

  it('is gone', async () => {
    const server = await serve();
    const { base } = server;
    await server.close();
    servers.length = 0;
    const options = { signal: new AbortController().signal, onStep: () => undefined };
    expect(await codeOf(measureSpeed(base, options))).toBe('readiness.speed-unreachable');
  });

  it('is behind a line that lets hardly anything through', async () => {
    const server = await serve({ uploadBitsPerSecond: 10_000 });
    const result = measure(server, { ...brief, flowMs: 300 }).result;
    await expect(result).rejects.toThrow('too slow to be measured');
  });

  it('never answers', async () => {
    const server = await serve({ trouble: () => true });
    const { result } = measure(server, { ...brief, pingMs: 200 });
    expect(await codeOf(result)).toBe('readiness.speed-unreachable');
  });

  it.each([
    ['says that there were too many', 429, 'readiness.speed-busy'],
    ['is overloaded', 503, 'readiness.speed-busy'],
    ['knows no such address', 404, 'readiness.speed-unusable'],
    ['sends us elsewhere', 302, 'readiness.speed-unusable'],
  ])('%s', async (_, status, code) => {
    const { result } = measure(await serve({ trouble: answer(status) }));
    expect(await codeOf(result)).toBe(code);
  });

  it('is a page to sign in at, which answers everything with success', async () => {
    const { result } = measure(await serve({ trouble: answer(200, '<html>Sign in</html>') }));
    expect(await codeOf(result)).toBe('readiness.speed-unusable');
  });

  it('sends more than was asked for', async () => {
    const { result } = measure(await serve({ trouble: answer(200, 'x'.repeat(1_000_000)) }));
    expect(await codeOf(result)).toBe('readiness.speed-unusable');
  });

  it('refuses in the middle', async () => {
    let posts = 0;
    const trouble: Trouble = (request, response) => {
      if (request.method !== 'POST' || ++posts < 8) return false;
      response.writeHead(429).end();
      return true;
    };
    const { result } = measure(await serve({ trouble, uploadBitsPerSecond: 400e6 }));
    expect(await codeOf(result)).toBe('readiness.speed-busy');
  });

  it('hangs up in the middle', async () => {
    const trouble: Trouble = (request, response) => {
      if (request.url?.endsWith('bytes=0') === true) return false;
      response.writeHead(200, { 'content-length': 9_000_000 });
      response.write('some', () => response.destroy());
      return true;
    };
    expect(await codeOf(measure(await serve({ trouble })).result)).toBe(
      'readiness.speed-unreachable',
    );
  });
});

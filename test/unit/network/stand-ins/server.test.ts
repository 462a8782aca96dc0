import { afterEach, describe, expect, it } from 'vitest';
import { Faults } from '../../../../app/network/stand-ins/faults.ts';
import {
  startStandIn,
  type StandInOptions,
  type StandInServer,
} from '../../../../app/network/stand-ins/server.ts';

let server: StandInServer | null = null;
const faults = new Faults();
afterEach(async () => {
  faults.lift();
  await server?.close();
});

async function start(options: Partial<StandInOptions> = {}): Promise<string> {
  server = await startStandIn({
    name: 'a test',
    faults,
    routes: {
      'GET /things/:id': ({ params, headers }) => ({
        json: { id: params['id'], asker: headers.authorization ?? null },
      }),
    },
    ...options,
  });
  return server.url;
}

const ask = (url: string, who = 'me', signal?: AbortSignal) =>
  fetch(`${url}/things/7`, {
    headers: { authorization: `${who}:signature` },
    signal: signal ?? null,
  });

describe('a stand-in', () => {
  it('says on every answer that it is one, and of what', async () => {
    const url = await start();
    for (const path of ['/things/7', '/nothing']) {
      const answer = await fetch(`${url}${path}`);
      expect(answer.headers.get('x-offpeak-stand-in')).toBe('a test');
    }
  });

  it('fails as it was told, for as many requests, and then works again', async () => {
    const url = await start();
    faults.set({
      route: 'GET /things/:id',
      fault: { kind: 'rate-limited', retryAfterSeconds: 3 },
      times: 2,
    });
    const first = await ask(url);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await ask(url)).status).toBe(429);
    expect((await ask(url)).status).toBe(200);
  });

  it('plays maintenance in the words of the network', async () => {
    const url = await start();
    faults.set({ route: '*', fault: { kind: 'maintenance' } });
    const answer = await ask(url);
    expect([answer.status, await answer.text()]).toEqual([503, 'under maintenance']);
    expect(faults.has('maintenance')).toBe(true);
    faults.lift('*');
    expect((await ask(url)).status).toBe(200);
  });

  it('cuts its JSON in half, sends it in drops, or hangs up', async () => {
    const url = await start();
    faults.set({ route: '*', fault: { kind: 'wrong-json' }, times: 1 });
    await expect((await ask(url)).json()).rejects.toThrow(SyntaxError);
    faults.set({ route: '*', fault: { kind: 'slow-body', byteEveryMs: 60_000 }, times: 1 });
    const limit = new AbortController();
    const slow = await ask(url, 'me', limit.signal);
    expect(slow.status).toBe(200);
    limit.abort();
    await expect(slow.text()).rejects.toThrow(/abort/i);
    faults.set({ route: '*', fault: { kind: 'dropped' }, times: 1 });
    await expect(ask(url)).rejects.toThrow('fetch failed');
  });

  it('never answers where it was told to time out', async () => {
    const url = await start();
    faults.set({ route: '*', fault: { kind: 'timeout' } });
    await expect(ask(url, 'me', AbortSignal.timeout(200))).rejects.toThrow(/timeout/i);
  });

  it('replays what somebody else was told', async () => {
    const url = await start();
    await ask(url, 'another');
    faults.set({ route: 'GET /things/:id', fault: { kind: 'replayed' }, times: 1 });
    expect(await (await ask(url)).json()).toEqual({ id: '7', asker: 'another:signature' });
    expect(await (await ask(url)).json()).toEqual({ id: '7', asker: 'me:signature' });
  });

  it('can be told by a request, where a test opened that door', async () => {
    const url = await start({ controls: true });
    const order = { route: '*', fault: { kind: 'server-error' } };
    const send = (body: string) => fetch(`${url}/stand-in/faults`, { method: 'POST', body });
    expect((await send('{"route":1}')).status).toBe(400);
    expect((await send(JSON.stringify(order))).status).toBe(200);
    expect((await ask(url)).status).toBe(500);
    expect((await fetch(`${url}/stand-in/faults`, { method: 'DELETE' })).status).toBe(200);
    expect((await ask(url)).status).toBe(200);
  });

  it('has no such door otherwise', async () => {
    const url = await start();
    const answer = await fetch(`${url}/stand-in/faults`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
  });

  it('takes no more than it can hold', async () => {
    const url = await start({ routes: { 'POST /big': () => ({}) }, maxBodyBytes: 10 });
    const answer = await fetch(`${url}/big`, { method: 'POST', body: 'x'.repeat(11) });
    expect(answer.status).toBe(413);
  });
});

import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outsideBytes, outsideJson } from '../../../app/adapters/outside/answer.ts';
import { OutsideFault } from '../../../app/adapters/outside/faults.ts';
import { outsideRequest, type OutsideOptions } from '../../../app/adapters/outside/request.ts';
import { ScriptedServer, type Script } from '../../fakes/resources/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  servers.push(server);
  return server;
}

/** Every name is this computer, so that one server can be several hosts. */
const resolve = (): Promise<readonly LookupAddress[]> =>
  Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
const here: OutsideOptions = { allowLoopback: true, resolve };

async function faultOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.catch((reason: unknown) => reason);
  if (!(error instanceof OutsideFault)) throw new Error(`Not refused: ${String(error)}`);
  return error.kind;
}

describe('where a request to the outside may go', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'https://192.168.0.1/',
  ])('never to this computer or its network, however it is written: %s', async (address) => {
    expect(await faultOf(outsideRequest(address))).toBe('refused-address');
  });

  it('never to a name that leads there', async () => {
    const server = await serve((_, answer) => void answer.end('secret'));
    const request = outsideRequest(server.origin('router.example'), { resolve });
    expect(await faultOf(request)).toBe('refused-address');
    expect(server.asked).toEqual([]);
  });

  it('only to the public ones of several addresses', async () => {
    const mixed = (): Promise<readonly LookupAddress[]> =>
      Promise.resolve([
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const server = await serve((_, answer) => void answer.end('here'));
    const options = { allowLoopback: true, resolve: mixed };
    const { bytes } = await outsideBytes(server.origin('mixed.example'), options);
    expect(bytes.toString()).toBe('here');
  });

  it.each(['file:///etc/passwd', 'ftp://files.example/', 'http://user:pass@files.example/', 'no'])(
    'only to web addresses without a password: %s',
    async (address) => {
      expect(await faultOf(outsideRequest(address))).toBe('bad-address');
    },
  );

  it('says so when there is no such name, or nobody answers', async () => {
    const nowhere = { resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    expect(await faultOf(outsideRequest('http://nowhere.example/', nowhere))).toBe('unreachable');
    const server = await serve(() => undefined);
    const { port } = server;
    await server.close();
    servers.length = 0;
    expect(await faultOf(outsideRequest(`http://127.0.0.1:${port}/`, here))).toBe('unreachable');
  });
});

describe('a redirect', () => {
  it.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://[fd00::1]/'])(
    'to a private address is not followed: %s',
    async (location) => {
      const server = await serve((_, answer) => void answer.writeHead(302, { location }).end());
      expect(await faultOf(outsideRequest(server.origin(), here))).toBe('refused-address');
    },
  );

  it('to another host takes no secret along, on the same host it does', async () => {
    const server = await serve(({ path }, answer) => {
      if (path === '/start') answer.writeHead(302, { location: '/same' }).end();
      else if (path === '/same') {
        answer.writeHead(307, { location: server.origin('other.example') + '/other' }).end();
      } else answer.end('done');
    });
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret', range: 'bytes=5-' };
    const { bytes } = await outsideBytes(`${server.origin('first.example')}/start`, {
      ...here,
      headers,
    });
    expect(bytes.toString()).toBe('done');
    const [, same, other] = server.asked;
    expect(same?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret' });
    expect(other?.headers).toMatchObject({ range: 'bytes=5-', 'accept-encoding': 'identity' });
    expect(JSON.stringify(other?.headers)).not.toContain('secret');
  });

  it('is followed five times, and not a sixth time', async () => {
    const hops = (count: number): Script => {
      return ({ path }, answer) => {
        const hop = Number(path.slice(1));
        if (hop === count) answer.end('there');
        else answer.writeHead(301, { location: `/${hop + 1}` }).end();
      };
    };
    const five = await serve(hops(5));
    expect((await outsideBytes(`${five.origin()}/0`, here)).bytes.toString()).toBe('there');
    const six = await serve(hops(6));
    expect(await faultOf(outsideRequest(`${six.origin()}/0`, here))).toBe('redirect');
  });

  it('repeats a body on the same host alone', async () => {
    const server = await serve(({ path, body }, answer) => {
      if (path === '/moved') answer.writeHead(308, { location: '/new' }).end();
      else if (path === '/away') {
        answer.writeHead(307, { location: server.origin('other.example') }).end();
      } else answer.end(body);
    });
    const post = { ...here, method: 'POST', body: 'result' } as const;
    expect((await outsideBytes(`${server.origin()}/moved`, post)).bytes.toString()).toBe('result');
    expect(await faultOf(outsideRequest(`${server.origin()}/away`, post))).toBe('redirect');
  });

  it('after a form asks for the answer without the form', async () => {
    const server = await serve(({ path, method, body }, answer) => {
      if (path === '/form') answer.writeHead(303, { location: '/answer' }).end();
      else answer.end(`${method} ${body}`);
    });
    const post = { ...here, method: 'POST', body: 'result' } as const;
    expect((await outsideBytes(`${server.origin()}/form`, post)).bytes.toString()).toBe('GET ');
  });
});

describe('an answer from the outside', () => {
  it('has status, headers and bytes, also when it is a refusal', async () => {
    const server = await serve(
      (_, answer) => void answer.writeHead(404, { etag: '"1"' }).end('no'),
    );
    const { status, headers, bytes } = await outsideBytes(server.origin(), here);
    expect([status, headers['etag'], bytes.toString()]).toEqual([404, '"1"', 'no']);
  });

  it('is given up when it is larger than allowed, whatever length it claims', async () => {
    const server = await serve((_, answer) => {
      answer.write('x'.repeat(600));
      answer.end('x'.repeat(600));
    });
    expect(await faultOf(outsideBytes(server.origin(), { ...here, maxBytes: 1000 }))).toBe(
      'too-large',
    );
  });

  it('is given up when it does not begin, and when it does not go on', async () => {
    const silent = await serve(() => undefined);
    expect(await faultOf(outsideRequest(silent.origin(), { ...here, answerMs: 20 }))).toBe(
      'stalled',
    );
    const stuck = await serve((_, answer) => void answer.write('some'));
    expect(await faultOf(outsideBytes(stuck.origin(), { ...here, idleMs: 20 }))).toBe('stalled');
  });

  it('is broken when the connection ends before it does', async () => {
    const server = await serve((_, answer) => {
      answer.writeHead(200, { 'content-length': 100 });
      answer.write('some', () => answer.destroy());
    });
    expect(await faultOf(outsideBytes(server.origin(), here))).toBe('broken');
  });

  it('waits for a slow reader as long as it takes', async () => {
    const size = 4 * 1024 * 1024;
    const server = await serve((_, answer) => void answer.end(Buffer.alloc(size)));
    const { body } = await outsideRequest(server.origin(), { ...here, idleMs: 250 });
    await once(body, 'readable');
    await new Promise((done) => setTimeout(done, 400));
    let received = 0;
    for await (const chunk of body) if (Buffer.isBuffer(chunk)) received += chunk.length;
    expect(received).toBe(size);
  });

  it('ends at once when it is not wanted any more', async () => {
    const server = await serve((_, answer) => void answer.write('some'));
    const stop = new AbortController();
    const reading = faultOf(outsideBytes(server.origin(), { ...here, signal: stop.signal }));
    setTimeout(() => stop.abort(), 10);
    expect(await reading).toBe('aborted');
    expect(await faultOf(outsideRequest(server.origin(), { ...here, signal: stop.signal }))).toBe(
      'aborted',
    );
    const { body } = await outsideRequest(server.origin(), here);
    body.destroy();
    await once(body, 'close');
  });

  it('is read as JSON of the expected shape, or not at all', async () => {
    const server = await serve(({ path }, answer) => {
      if (path === '/missing') answer.writeHead(404).end('{}');
      else answer.end(path === '/good' ? '{"size":1}' : 'not JSON');
    });
    const shape = z.object({ size: z.number() });
    const ask = (path: string) => outsideJson(server.origin() + path, shape, here);
    expect(await ask('/good')).toMatchObject({ status: 200, value: { size: 1 } });
    expect(await ask('/missing')).toMatchObject({ status: 404, value: null });
    expect(await faultOf(ask('/bad'))).toBe('unreadable');
  });

  it('tells of its address no more than the host', async () => {
    const secret = 'http://files.example/token-1?signature=token-2';
    const nowhere = { resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    const error: unknown = await outsideRequest(secret, nowhere).catch((reason: unknown) => reason);
    expect(String(error)).toContain('files.example');
    expect(String(error)).not.toContain('token');
  });
});

import { networkInterfaces } from 'node:os';
import { createNosanaAuthorization } from '@nosana/kit';
import { Keypair } from '@solana/web3.js';
import { afterEach, describe, expect, it } from 'vitest';
import { keypairSigner, throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { Doorstep } from '../../fakes/owner-api/doorstep.ts';

const DEFINITION = JSON.stringify({ version: '0.1', type: 'container', ops: [] });

/** More than the buffers between two programs hold. */
const LARGE = JSON.stringify('x'.repeat(32 * 1024 * 1024));

let door: Doorstep;

async function open(...parts: ConstructorParameters<typeof Doorstep>): Promise<void> {
  door = new Doorstep(...parts);
  await door.open();
}
afterEach(() => door.close());

describe('the door', () => {
  it('tells everybody the address of the host, as a JSON string', async () => {
    await open();
    const { status, text } = await door.ask('/');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toBe(door.host);
  });

  it('listens on this computer alone', async () => {
    await open();
    const all = Object.values(networkInterfaces()).flat();
    const outer = all.find((one) => one?.internal === false && one.family === 'IPv4');
    if (outer === undefined) return;
    await expect(fetch(`http://${outer.address}:${door.port}/`)).rejects.toThrow();
  });

  it('lets no page of another site read its answers', async () => {
    await open();
    const response = await fetch(`http://127.0.0.1:${door.port}/`, {
      headers: { origin: 'https://evil.test' },
    });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
  });

  it('knows no other route, and no other method for those it knows', async () => {
    await open();
    for (const path of [
      '/job',
      '/node/validate',
      `/job/${door.job}`,
      `/job/${door.job}/results/`,
      `/job/../job/${door.job}/resultsx`,
      '/job/nonsense/results',
      `/job/${door.job}%2fresults`,
      '/__proto__',
    ]) {
      expect((await door.ask(path)).status, path).toBe(404);
    }
    for (const [method, path] of [
      ['POST', '/'],
      ['DELETE', `/job/${door.job}/results`],
      ['PUT', `/job/${door.job}/job-definition`],
      ['DELETE', `/job/${door.job}/job-definition`],
      ['OPTIONS', `/job/${door.job}/job-definition`],
    ] as const) {
      expect((await door.ask(path, { method })).status, `${method} ${path}`).toBe(405);
    }
  });

  it('does not know a job that is not in hand', async () => {
    await open();
    const other = throwawaySigner().address;
    const authorization = await door.header({ message: other });
    const { status } = await door.ask(`/job/${other}/results`, { headers: { authorization } });
    expect(status).toBe(404);
  });
});

describe('a definition', () => {
  it('is taken from the owner of the job while the job waits for it', async () => {
    await open();
    const awaited = door.awaitDefinition();
    expect((await door.bring(DEFINITION)).status).toBe(200);
    await awaited;
    expect(door.definitions).toEqual([DEFINITION]);
  });

  it('is not taken when the job does not wait for one, before and after', async () => {
    await open();
    expect((await door.bring(DEFINITION)).status).toBe(409);
    const awaited = door.awaitDefinition();
    await door.bring(DEFINITION, await door.header({ time: Date.now() - 1 }));
    await awaited;
    expect((await door.bring(DEFINITION)).status).toBe(409);
    expect(door.definitions).toHaveLength(1);
  });

  it('may be brought again and again with one header until it is taken', async () => {
    await open();
    const header = await door.header({ message: door.stub });
    expect((await door.bring(DEFINITION, header)).status).toBe(409);
    void door.awaitDefinition();
    expect((await door.bring(DEFINITION, header)).status).toBe(200);
  });

  it('is not said to be taken when it could not be written down', async () => {
    await open();
    door.door.diskFull = true;
    const awaited = door.awaitDefinition();
    const failing = expect(awaited).rejects.toThrow(/ENOSPC/);
    const { status, text } = await door.bring(DEFINITION);
    await failing;
    expect(status).toBe(503);
    expect(text).not.toContain('/home');
    expect(text).not.toMatch(/\bat .*:\d+/);
  });

  it('has to be JSON of at most a megabyte', async () => {
    await open();
    void door.awaitDefinition();
    expect((await door.bring('{"half":')).status).toBe(400);
    const authorization = await door.header();
    const asText = { method: 'POST', headers: { authorization }, body: DEFINITION };
    expect((await door.ask(`/job/${door.job}/job-definition`, asText)).status).toBe(415);
    expect(door.definitions).toEqual([]);
  });

  it('of more than a megabyte is refused without being read', async () => {
    await open();
    void door.awaitDefinition();
    const declared = await door.raw(await head('content-length: 1048577'));
    expect(declared).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `${(256 * 1024).toString(16)}\r\n${' '.repeat(256 * 1024)}\r\n`;
    const endless = await door.raw(await head('transfer-encoding: chunked'), ...times(5, chunk));
    expect(endless).toMatch(/^HTTP\/1\.1 413 /);
    expect(door.definitions).toEqual([]);
  });

  it('that comes too slowly is given up', async () => {
    await open({ limits: { headersMs: 200, requestMs: 400 } });
    void door.awaitDefinition();
    const answer = await door.raw(await head('content-length: 100'), '{');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    const headers = await door.raw(`POST /job/${door.job}/job-definition HTTP/1.1\r\nhost: x\r\n`);
    expect(headers).toMatch(/^HTTP\/1\.1 408 /);
    expect(door.logged).toEqual([]);
  });

  async function head(length: string): Promise<string> {
    return [
      `POST /job/${door.job}/job-definition HTTP/1.1`,
      'host: x',
      `authorization: ${await door.header()}`,
      'content-type: application/json',
      length,
      '\r\n',
    ].join('\r\n');
  }
});

describe('a result', () => {
  it('is given to the owner of the job, once', async () => {
    await open();
    const kept = door.keepResult('{"status":"success"}');
    expect(await door.fetchResult()).toEqual({ status: 200, text: '{"status":"success"}' });
    expect(await kept).toBe(true);
    expect((await door.fetchResult()).status).toBe(409);
  });

  it('is not there before the job has one, and not after its time', async () => {
    await open();
    expect((await door.fetchResult()).status).toBe(409);
    expect(await door.keepResult('{}', 50)).toBe(false);
    expect((await door.fetchResult()).status).toBe(409);
  });

  it('is still there for an owner whose connection broke', async () => {
    await open();
    const kept = door.keepResult(LARGE);
    const header = await door.header();
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${door.port}/job/${door.job}/results`, {
      headers: { authorization: header },
      signal: controller.signal,
    });
    expect(response.status).toBe(200);
    controller.abort();
    const { status, text } = await retried(() => door.fetchResult(header));
    expect(status).toBe(200);
    expect(text).toHaveLength(LARGE.length);
    expect(await kept).toBe(true);
  });

  it('does not hold the job up for an owner who never reads it to the end', async () => {
    await open({ limits: { answerMs: 1300 } });
    const kept = door.keepResult(LARGE, 1000);
    const response = await fetch(`http://127.0.0.1:${door.port}/job/${door.job}/results`, {
      headers: { authorization: await door.header() },
    });
    expect(response.status).toBe(200);
    expect(await kept).toBe(false);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('who is not the owner', () => {
  it('is refused with any header but a fresh one of the owner for this job', async () => {
    await open();
    const kept = door.keepResult('{"secret":true}');
    void door.awaitDefinition();
    const now = Date.now();
    const stranger = throwawaySigner();
    const otherJob = throwawaySigner().address;
    const headers = [
      '',
      'Bearer secret',
      await door.header({ by: stranger }),
      await door.header({ message: otherJob }),
      await door.header({ message: 'NosanaApiAuthorization' }),
      await door.header({ message: door.host }),
      await door.header({ time: null }),
      await door.header({ time: now - 300_000 }),
      await door.header({ time: now + 120_000 }),
    ];
    for (const header of headers) {
      expect((await door.bring(DEFINITION, header)).status, header).toBe(401);
      expect((await door.fetchResult(header)).status, header).toBe(401);
    }
    expect((await door.ask(`/job/${door.job}/results`)).status).toBe(401);
    expect(door.definitions).toEqual([]);
    expect((await door.fetchResult()).text).toBe('{"secret":true}');
    expect(await kept).toBe(true);
  });

  it('cannot use a header again that has already changed something', async () => {
    await open();
    const seen = await door.header({ message: door.stub });
    void door.awaitDefinition();
    expect((await door.bring(DEFINITION, seen)).status).toBe(200);
    void door.awaitDefinition();
    void door.keepResult('{}');
    const again = await door.bring(DEFINITION, seen);
    expect(again.status).toBe(401);
    expect(again.text).toContain('used before');
    expect((await door.fetchResult(seen)).status).toBe(401);
    expect(door.definitions).toHaveLength(1);
  });

  it('finds nothing of headers or bodies in the log', async () => {
    await open();
    door.door.diskFull = true;
    const header = await door.header();
    door.awaitDefinition().catch(() => undefined);
    await door.bring('{"password":"secret"}', header);
    const log = door.logged.join('\n');
    expect(log).not.toContain('secret');
    expect(log).not.toContain(header.split(':')[1]);
  });
});

describe('the owner', () => {
  it("may use the header that Nosana's own client makes", async () => {
    const pair = Keypair.generate();
    await open({}, keypairSigner(pair.secretKey));
    const client = createNosanaAuthorization(pair.secretKey);
    const options = { includeTime: true, separator: ':' };
    void door.awaitDefinition();
    const header = await client.generate(door.stub, options);
    expect((await door.bring(DEFINITION, header)).status).toBe(200);
    void door.keepResult('{}');
    expect((await door.fetchResult(await client.generate(door.job, options))).status).toBe(200);
  });
});

function times(count: number, text: string): string[] {
  return Array.from({ length: count }, () => text);
}

/** Until the door has noticed that the other connection is gone. */
async function retried(
  ask: () => Promise<{ status: number; text: string }>,
): Promise<{ status: number; text: string }> {
  for (let left = 20; ; left -= 1) {
    const answer = await ask();
    if (answer.status === 200 || left === 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

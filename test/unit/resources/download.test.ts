import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { download, streamOf } from '../../../app/resources/download.ts';
import { NO_VERSION, type UrlFile } from '../../../app/resources/manifest.ts';
import { Web, type WebOptions } from '../../../app/resources/web.ts';
import { Belongings, HERE } from '../../fakes/resources/kit.ts';
import { ScriptedServer, type Asked, type Script } from '../../fakes/resources/scripted-server.ts';
import { serveFile } from '../../fakes/resources/serve-file.ts';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const MD5 = createHash('md5').update(CONTENT).digest('hex');

const belongings = new Belongings();
afterEach(() => belongings.clear());

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  belongings.add(() => server.close());
  return server;
}

/** Sends the file as asked, but ends the connection after so many bytes. */
function drop(asked: Asked, answer: ServerResponse, bytes: number, etag: string | null): void {
  const first = Number(/^bytes=(\d+)-/.exec(asked.headers.range ?? '')?.[1] ?? 0);
  answer.writeHead(first === 0 ? 200 : 206, {
    'content-length': CONTENT.length - first,
    ...(first === 0 ? {} : { 'content-range': `bytes ${first}-99999/100000` }),
    ...(etag === null ? {} : { etag }),
  });
  answer.write(CONTENT.subarray(first, first + bytes), () => setImmediate(() => answer.destroy()));
}

interface Outcome {
  readonly content: Buffer;
  readonly code: string | null;
  readonly message: string;
  readonly received: readonly number[];
}

async function fetchFrom(
  server: ScriptedServer,
  more: Partial<UrlFile> = {},
  options: WebOptions = {},
): Promise<Outcome> {
  const file: UrlFile = {
    path: 'model.bin',
    size: CONTENT.length,
    source: { kind: 'url', url: `${server.origin()}/model.bin?signature=secret` },
    checksum: { kind: 'sha256', hex: SHA256 },
    version: NO_VERSION,
    ...more,
  };
  const received: number[] = [];
  const setting = {
    web: new Web({ ...HERE, ...options }),
    authorize: () => Promise.resolve({ authorization: 'Bearer secret' }),
    onBytes: (bytes: number) => received.push(bytes),
    backOffMs: () => 0,
    signal: new AbortController().signal,
  };
  const chunks: Buffer[] = [];
  let error: unknown = null;
  try {
    for await (const chunk of download(file, setting)) chunks.push(chunk);
  } catch (thrown) {
    error = thrown;
  }
  const bytes = Buffer.concat(chunks);
  if (error === null) return { content: bytes, code: null, message: '', received };
  if (!(error instanceof OffpeakError)) throw new Error('Not an error of ours', { cause: error });
  return { content: bytes, code: error.code, message: error.message, received };
}

describe('a file on its way', () => {
  it('arrives whole', async () => {
    const server = await serve((asked, answer) =>
      serveFile(asked, answer, { content: CONTENT, etag: '"1"' }),
    );
    const { content, code, received } = await fetchFrom(server);
    expect([content.equals(CONTENT), code, received.at(-1)]).toEqual([true, null, CONTENT.length]);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]?.headers).toMatchObject({ authorization: 'Bearer secret' });
  });

  it('goes on where the connection dropped, asking for the same version', async () => {
    const server = await serve((asked, answer) => drop(asked, answer, 40_000, '"1"'));
    const { content, code } = await fetchFrom(server);
    expect([content.equals(CONTENT), code]).toEqual([true, null]);
    const ranges = server.asked.map(({ headers }) => [headers.range, headers['if-range']]);
    expect(ranges[0]).toEqual([undefined, undefined]);
    expect(ranges.length).toBeGreaterThan(2);
    for (const [range, condition] of ranges.slice(1)) {
      expect(range).toMatch(/^bytes=\d+-$/);
      expect(condition).toBe('"1"');
    }
  });

  it('counts on where the connection stalled', async () => {
    const server = await serve((asked, answer) => {
      if (server.asked.length > 1)
        return serveFile(asked, answer, { content: CONTENT, etag: '"1"' });
      answer.writeHead(200, { 'content-length': CONTENT.length, etag: '"1"' });
      answer.write(CONTENT.subarray(0, 30_000));
    });
    const { content, received } = await fetchFrom(server, {}, { idleMs: 150 });
    expect(content.equals(CONTENT)).toBe(true);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(server.asked[1]?.headers.range).toBe('bytes=30000-');
  });

  it('skips what it has where the server knows no ranges', async () => {
    const server = await serve((asked, answer) => {
      if (server.asked.length === 1) drop(asked, answer, 40_000, '"1"');
      else answer.writeHead(200, { 'content-length': CONTENT.length, etag: '"1"' }).end(CONTENT);
    });
    const { content, code } = await fetchFrom(server, { checksum: null });
    expect([content.equals(CONTENT), code]).toEqual([true, null]);
  });

  it('is given up when it was replaced meanwhile', async () => {
    const server = await serve((asked, answer) => {
      if (server.asked.length === 1) return drop(asked, answer, 40_000, '"1"');
      const other = Buffer.alloc(CONTENT.length, 7);
      serveFile(asked, answer, { content: other, etag: '"2"' });
    });
    const { code } = await fetchFrom(server, { checksum: null });
    expect(code).toBe('resources.changed');
    expect(server.asked).toHaveLength(2);
  });

  it('is given up when it is not the version of the list', async () => {
    const server = await serve((asked, answer) =>
      serveFile(asked, answer, { content: CONTENT, etag: '"2"' }),
    );
    const version = { etag: '"1"', modified: null };
    expect((await fetchFrom(server, { version, checksum: null })).code).toBe('resources.changed');
  });

  it('is not gone on with where a change would not be noticed', async () => {
    const server = await serve((asked, answer) => drop(asked, answer, 40_000, null));
    const { code } = await fetchFrom(server, { checksum: null });
    expect(code).toBe('resources.unreachable');
    expect(server.asked).toHaveLength(1);
  });
});

describe('a server that lies', () => {
  it.each([
    ['longer, and says so', CONTENT.length + 1, true],
    ['shorter, and says so', CONTENT.length - 1, true],
    ['longer, and does not say so', CONTENT.length + 1, false],
  ])('about the size is found out: the file is %s', async (_, size, isTold) => {
    const bytes = Buffer.concat([CONTENT, Buffer.from('x')]).subarray(0, size);
    const server = await serve((_asked, answer) => {
      answer.writeHead(200, isTold ? { 'content-length': size } : {}).end(bytes);
    });
    const { code, content } = await fetchFrom(server, { checksum: null });
    expect(code).toBe('resources.changed');
    expect(content.length).toBeLessThan(CONTENT.length);
  });

  it('about the end is found out: the rest does not exist', async () => {
    const short = CONTENT.subarray(0, 50_000);
    const server = await serve((asked, answer) => {
      if (asked.headers.range === undefined) answer.writeHead(200).end(short);
      else serveFile(asked, answer, { content: short, etag: null });
    });
    expect((await fetchFrom(server)).code).toBe('resources.changed');
  });

  it.each([
    ['sha256', SHA256],
    ['md5', MD5],
    ['git', createHash('sha1').update(`blob ${CONTENT.length}\0`).update(CONTENT).digest('hex')],
  ] as const)(
    'about the content is found out by its %s, before its last bytes',
    async (kind, hex) => {
      const other = Buffer.from(CONTENT);
      const server = await serve((asked, answer) =>
        serveFile(asked, answer, { content: other, etag: '"1"' }),
      );
      const checksum = { kind, hex };
      expect((await fetchFrom(server, { checksum })).code).toBeNull();
      other[99_999] = 0;
      const { code, content, message } = await fetchFrom(server, { checksum });
      expect(code).toBe('resources.checksum-mismatch');
      expect(content.length).toBeLessThan(CONTENT.length);
      expect(message).toContain('model.bin');
    },
  );

  it('is believed about MD5 only where that is one: not with a key of KMS', async () => {
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' };
    const server = await serve((asked, answer) =>
      serveFile(asked, answer, { content: CONTENT, etag: '"1"', headers }),
    );
    const checksum = { kind: 'md5', hex: '0'.repeat(32) } as const;
    expect((await fetchFrom(server, { checksum })).code).toBeNull();
  });

  it('about where the rest begins is found out', async () => {
    const server = await serve((asked, answer) => {
      if (server.asked.length === 1) return drop(asked, answer, 40_000, '"1"');
      const range = { 'content-range': 'bytes 0-99999/100000', etag: '"1"' };
      answer.writeHead(206, range).end(CONTENT);
    });
    expect((await fetchFrom(server)).code).toBe('resources.changed');
  });
});

describe('a server in trouble', () => {
  it.each([500, 503, 429])('is asked again after status %d', async (status) => {
    const server = await serve((asked, answer) => {
      if (server.asked.length < 3) answer.writeHead(status).end();
      else serveFile(asked, answer, { content: CONTENT, etag: '"1"' });
    });
    expect((await fetchFrom(server)).content.equals(CONTENT)).toBe(true);
  });

  it('is not asked for ever', async () => {
    const server = await serve((_, answer) => void answer.writeHead(503).end());
    const { code, message } = await fetchFrom(server);
    expect(code).toBe('resources.unreachable');
    expect(message).toContain('503');
    expect(server.asked).toHaveLength(5);
  });

  it.each([
    [401, 'resources.forbidden'],
    [403, 'resources.forbidden'],
    [404, 'resources.not-found'],
    [410, 'resources.not-found'],
    [418, 'resources.unsupported'],
  ])('that refuses for good is asked once: %d', async (status, code) => {
    const server = await serve((_, answer) => void answer.writeHead(status).end());
    const outcome = await fetchFrom(server);
    expect(outcome.code).toBe(code);
    expect(outcome.message).not.toContain('secret');
    expect(server.asked).toHaveLength(1);
  });

  it('that sends us into this network is not followed', async () => {
    const server = await serve(
      (_, answer) => void answer.writeHead(302, { location: 'http://192.168.0.1/' }).end(),
    );
    expect((await fetchFrom(server)).code).toBe('resources.address-refused');
    expect(server.asked).toHaveLength(1);
  });
});

describe('a file as a stream', () => {
  it('ends its download at once when nobody reads on, also while it waits', async () => {
    const server = await serve((_, answer) => void answer.write('some'));
    const stop = new AbortController();
    const file: UrlFile = {
      path: 'a',
      size: 100,
      source: { kind: 'url', url: server.origin() },
      checksum: null,
      version: NO_VERSION,
    };
    const body = streamOf(
      download(file, {
        web: new Web(HERE),
        authorize: () => Promise.resolve({}),
        onBytes: () => body.destroy(),
        backOffMs: () => 0,
        signal: stop.signal,
      }),
      stop,
    );
    body.resume();
    await new Promise((resolve) => body.once('close', resolve));
    expect(stop.signal.aborted).toBe(true);
  });
});

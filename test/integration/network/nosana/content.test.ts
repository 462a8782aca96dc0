import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContentClient, MAX_DOCUMENT_BYTES } from '../../../../app/network/nosana/content.ts';
import { NO_DOCUMENT } from '../../../../app/network/nosana/cid.ts';
import {
  cidByImporter,
  startContentService,
  type ContentService,
} from '../../../fakes/network/content-service.ts';

let service: ContentService;
let other: ContentService;
beforeEach(async () => {
  service = await startContentService();
  other = await startContentService();
});
afterEach(async () => {
  await service.stop();
  await other.stop();
});

const signal = AbortSignal.timeout(600_000);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const client = (deadlineMs = 2_000) =>
  createContentClient(
    { gateways: [service.url, `${other.url}/`], pinUrl: service.url },
    deadlineMs,
  );

describe('fetching a document', () => {
  it('asks the first gateway, and no other where it has it', async () => {
    const cid = await service.add(Buffer.from('{"a":1}'));
    expect(text(await client().fetch(cid, signal))).toBe('{"a":1}');
    expect(service.requests).toEqual([`GET /ipfs/${cid}`]);
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['does not have it', (s: ContentService) => s.documents.clear()],
    ['is broken', (s: ContentService) => (s.behave = (_q, r) => r.writeHead(500).end())],
    ['hangs up', (s: ContentService) => (s.behave = (q) => q.socket.destroy())],
    ['says nothing', (s: ContentService) => (s.behave = () => undefined)],
    ['lies', (s: ContentService) => (s.behave = (_q, r) => r.end('{"a":2}'))],
    ['sends without end', (s: ContentService) => (s.behave = (_q, r) => endless(r))],
  ])('asks the next one where the first %s', async (_name, spoil) => {
    const bytes = Buffer.from('{"a":1}');
    await service.add(bytes);
    const cid = await other.add(bytes);
    spoil(service);
    expect(text(await client(500).fetch(cid, signal))).toBe('{"a":1}');
  });

  it('never returns what is not the document', async () => {
    const cid = await cidByImporter(Buffer.from('{"a":1}'));
    service.behave = (_q, response) => response.end('{"a":2}');
    await expect(client().fetch(cid, signal)).rejects.toMatchObject({
      code: 'network.content-mismatch',
    });
  });

  it('stops at the largest size it accepts', async () => {
    const cid = await cidByImporter(Buffer.from('x'));
    service.behave = (_q, response) => response.end(Buffer.alloc(MAX_DOCUMENT_BYTES + 1));
    await expect(client().fetch(cid, signal)).rejects.toMatchObject({
      code: 'network.content-too-large',
    });
  });

  it('reads documents of several blocks', async () => {
    const bytes = Buffer.alloc(700_000, 'abc');
    const cid = await service.add(bytes);
    expect(bytes.equals(await client().fetch(cid, signal))).toBe(true);
  });

  it('finds nothing where nobody has it, and nothing for "no document"', async () => {
    for (const cid of [await cidByImporter(Buffer.from('gone')), NO_DOCUMENT]) {
      await expect(client().fetch(cid, signal)).rejects.toMatchObject({
        code: 'network.content-unreachable',
      });
    }
  });

  it('asks nobody for what is no CID', async () => {
    await expect(client().fetch('../admin', signal)).rejects.toMatchObject({
      code: 'network.bad-cid',
    });
    expect(service.requests).toEqual([]);
  });

  it('stops when told to', async () => {
    service.behave = () => undefined;
    const cid = await cidByImporter(Buffer.from('x'));
    const stopped = AbortSignal.timeout(50);
    await expect(client(60_000).fetch(cid, stopped)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(other.requests).toEqual([]);
  });
});

describe('storing a document', () => {
  it('gives the CID under which it is then found, twice the same', async () => {
    const bytes = Buffer.from('{"status":"success","logs":["ü","1"]}');
    const cid = await client().store(bytes, signal);
    expect(cid).toBe(await cidByImporter(bytes));
    expect(await client().store(bytes, signal)).toBe(cid);
    expect(text(await client().fetch(cid, signal))).toBe(text(bytes));
  });

  it('keeps results of more than one block', async () => {
    const bytes = Buffer.from(JSON.stringify({ log: 'x'.repeat(600_000) }));
    expect(await client().store(bytes, signal)).toBe(await cidByImporter(bytes));
  });

  it('shows its token to the pinning service alone', async () => {
    const cid = await other.add(Buffer.from('{}'));
    const one = createContentClient({
      gateways: [other.url],
      pinUrl: service.url,
      pinToken: 'TOKEN',
    });
    await one.store(Buffer.from('[1]'), signal);
    await one.fetch(cid, signal);
    expect([service.authorization, other.authorization]).toEqual(['Bearer TOKEN', undefined]);
  });

  it('takes no other CID than that of the document for an answer', async () => {
    const wrong = await cidByImporter(Buffer.from('something else'));
    service.behave = (_q, response) => response.end(JSON.stringify({ IpfsHash: wrong }));
    await expect(client().store(Buffer.from('[1]'), signal)).rejects.toMatchObject({
      code: 'network.pin-mismatch',
    });
  });

  it.each([
    ['refuses', (s: ContentService) => (s.behave = (_q, r) => r.writeHead(401).end())],
    ['answers nonsense', (s: ContentService) => (s.behave = (_q, r) => r.end('<html>'))],
    ['hangs up', (s: ContentService) => (s.behave = (q) => q.socket.destroy())],
    ['says nothing', (s: ContentService) => (s.behave = () => undefined)],
  ])('fails where the service %s', async (_name, spoil) => {
    spoil(service);
    await expect(client(300).store(Buffer.from('[1]'), signal)).rejects.toMatchObject({
      code: 'network.pin-failed',
    });
  });

  it('sends nothing that is not JSON in its shortest form', async () => {
    await expect(client().store(Buffer.from('[ 1 ]'), signal)).rejects.toMatchObject({
      code: 'network.document-not-json',
    });
    expect(service.requests).toEqual([]);
  });
});

/** A body that goes on as long as somebody reads. */
function endless(response: NodeJS.WritableStream): void {
  const part = Buffer.alloc(1024 * 1024);
  const more = (): void => {
    while (response.writable && response.write(part)) continue;
    if (response.writable) response.once('drain', more);
  };
  more();
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { cidOfDocument } from '../nosana/cid.ts';

/** Larger documents are refused, as the real pinning service does. Bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const PinRequest = z.object({ pinataContent: z.json() });

/** A running content service and its two routes. */
export interface ContentServer {
  /** Its address, for `GET /ipfs/<cid>` and, as Pinata has it, `POST /pinning/pinJSONToIPFS`. */
  readonly url: string;
  /** Stores a document directly; returns its CID. */
  add(document: Uint8Array): string;
  close(): void;
}

/** Plays IPFS on loopback: documents by their real CIDs, kept as files in `folder`. */
export async function startContentServer(folder: string): Promise<ContentServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const add = (document: Uint8Array) => {
    const cid = cidOfDocument(document);
    const file = join(folder, cid);
    writeFileSync(`${file}.new`, document, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return cid;
  };
  const server = createServer((request, response) => {
    answer(request, response, { folder, add }).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // listen() with a port always yields an AddressInfo; a string is for pipes.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    add,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  store: { folder: string; add: (document: Uint8Array) => string },
): Promise<void> {
  const [, cid] = /^\/ipfs\/([1-9A-HJ-NP-Za-km-z]{46})$/.exec(request.url ?? '') ?? [];
  if (request.method === 'GET' && cid !== undefined) {
    const document = read(join(store.folder, cid));
    if (!document) return void response.writeHead(404).end('no such document');
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(document);
  }
  if (request.method === 'POST' && request.url === '/pinning/pinJSONToIPFS') {
    const body = await readBody(request);
    const parsed = body === null ? null : PinRequest.safeParse(parseJson(body));
    if (!parsed?.success) return void response.writeHead(400).end('not a pin request');
    const document = Buffer.from(JSON.stringify(parsed.data.pinataContent));
    const IpfsHash = store.add(document);
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ IpfsHash, PinSize: document.length }));
  }
  response.writeHead(404).end('no such route');
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const buffer = Buffer.from(piece as Uint8Array);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) return null;
    pieces.push(buffer);
  }
  return Buffer.concat(pieces).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cidOfDocument } from '../nosana/cid.ts';
import type { Faults } from './faults.ts';
import { parseJson, startStandIn, type StandInReply } from './server.ts';

/*
 * A stand-in for an IPFS gateway and for Pinata's pinning service in one: documents by their real
 * CIDs, on loopback, kept as files.
 */

const PinRequest = z.object({ pinataContent: z.json() });

/** A running content service and its two routes. */
export interface ContentServer {
  readonly url: string;
  /** Stores a document directly; returns its CID. */
  add(document: Uint8Array): string;
  close(): void;
}

/** Serves `GET /ipfs/<cid>` and, as Pinata has it, `POST /pinning/pinJSONToIPFS`. */
export async function startContentServer(
  folder: string,
  setting: { readonly faults?: Faults; readonly controls?: boolean } = {},
): Promise<ContentServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const add = (document: Uint8Array) => {
    const cid = cidOfDocument(document);
    const file = join(folder, cid);
    writeFileSync(`${file}.new`, document, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return cid;
  };
  const server = await startStandIn({
    name: 'IPFS gateway and pinning service',
    ...setting,
    routes: {
      'GET /ipfs/:cid': ({ params }) => get(folder, params['cid'] ?? ''),
      'POST /pinning/pinJSONToIPFS': ({ body }) => pin(body, add),
    },
  });
  return { url: server.url, add, close: () => void server.close() };
}

function get(folder: string, cid: string): StandInReply {
  // The name goes into a path: nothing but a CIDv0 may.
  const document = /^[1-9A-HJ-NP-Za-km-z]{46}$/.test(cid) ? read(join(folder, cid)) : null;
  return document === null
    ? { status: 404, json: { message: 'no such document' } }
    : { bytes: document };
}

function pin(body: Buffer, add: (document: Uint8Array) => string): StandInReply {
  const parsed = PinRequest.safeParse(parseJson(body));
  if (!parsed.success) return { status: 400, json: { message: 'not a pin request' } };
  const document = Buffer.from(JSON.stringify(parsed.data.pinataContent));
  return { json: { IpfsHash: add(document), PinSize: document.length } };
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

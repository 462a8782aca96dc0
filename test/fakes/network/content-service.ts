import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { importer } from 'ipfs-unixfs-importer';

/**
 * Gateway and pinning service in one small HTTP server, with the two routes Offpeak uses. A fake: it
 * keeps documents in memory; but CIDs are computed by IPFS' own importer, not by our code.
 */
export interface ContentService {
  readonly url: string;
  readonly documents: Map<string, Uint8Array>;
  /** Every request, as `GET /ipfs/…`. */
  readonly requests: string[];
  /** Answers in place of the real ones, until set to null. */
  behave: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** `authorization` header of the latest request. */
  authorization: string | undefined;
  add(bytes: Uint8Array): Promise<string>;
  stop(): Promise<void>;
}

/** Listens on a random port of this machine. */
export async function startContentService(): Promise<ContentService> {
  const documents = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    service.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    service.authorization = request.headers.authorization;
    if (service.behave !== null) service.behave(request, response);
    else void answer(service, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const service: ContentService = {
    url: `http://127.0.0.1:${port}`,
    documents,
    requests: [],
    behave: null,
    authorization: undefined,
    add: async (bytes) => {
      const cid = await cidByImporter(bytes);
      documents.set(cid, bytes);
      return cid;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return service;
}

/** The CIDv0 as IPFS computes it with default settings. */
export async function cidByImporter(document: Uint8Array): Promise<string> {
  const blocks = { put: <T>(cid: T) => cid };
  const options = { cidVersion: 0, rawLeaves: false } as const;
  let root = '';
  for await (const entry of importer([{ content: document }], blocks, options)) {
    root = entry.cid.toString();
  }
  return root;
}

async function answer(
  service: ContentService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? '';
  if (request.method === 'POST' && url === '/pinning/pinJSONToIPFS') {
    const body: unknown = JSON.parse(await readText(request));
    const content = typeof body === 'object' && body !== null && 'pinataContent' in body;
    const IpfsHash = await service.add(
      Buffer.from(JSON.stringify(content ? body.pinataContent : body)),
    );
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ IpfsHash }));
    return;
  }
  const document = service.documents.get(url.replace('/ipfs/', ''));
  if (document === undefined) response.writeHead(404).end();
  else response.end(document);
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    if (part instanceof Buffer) parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

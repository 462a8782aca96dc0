import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/*
 * A program: a registry in memory that speaks what engines need of the OCI distribution
 * specification, for computers without a real one, and for what the real one cannot do without a
 * second server: with a password, it wants a token from whoever pulls, as Docker Hub does. Uploads
 * are whole and need no token. `registry.ts ADDRESS PORT [NAME USER PASSWORD]`.
 */

const [address = '', port = '', name = '', user = '', password = ''] = process.argv.slice(2);
const TOKEN = randomUUID();
const blobs = new Map<string, Buffer>();
const manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>();

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.destroy(error instanceof Error ? error : undefined);
  });
});
server.listen(Number(port), address);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
  const [, repository = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(pathname) ?? [];
  if (request.method === 'POST') {
    const location = `/v2/${repository}/blobs/uploads/${randomUUID()}`;
    return void response.writeHead(202, { location }).end();
  }
  if (request.method === 'PUT') {
    const bytes = await whole(request);
    if (kind === 'manifests') {
      const kept = { bytes, type: request.headers['content-type'] ?? '' };
      manifests.set(`${repository} ${reference}`, kept);
      manifests.set(`${repository} ${digest(bytes)}`, kept);
    } else {
      blobs.set(searchParams.get('digest') ?? '', bytes);
    }
    return void response.writeHead(201).end();
  }
  if (name !== '' && pathname === '/token') {
    giveToken(request, response);
    return;
  }
  if (name !== '' && request.headers.authorization !== `Bearer ${TOKEN}`) {
    challenge(response);
    return;
  }
  if (pathname === '/v2/') return void response.end('{}');
  const manifest = manifests.get(`${repository} ${reference}`);
  const bytes = kind === 'manifests' ? manifest?.bytes : blobs.get(reference);
  if (bytes === undefined) {
    refuse(response, 404, 'MANIFEST_UNKNOWN');
    return;
  }
  response.writeHead(200, {
    'content-type': manifest?.type ?? 'application/octet-stream',
    'content-length': bytes.length,
    'docker-content-digest': digest(bytes),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** "Token Authentication Specification" of the distribution project. */
function challenge(response: ServerResponse): void {
  const realm = `Bearer realm="http://${name}/token",service="${name}"`;
  response.setHeader('www-authenticate', realm);
  refuse(response, 401, 'UNAUTHORIZED');
}

function giveToken({ headers }: IncomingMessage, response: ServerResponse): void {
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  if (headers.authorization !== right) return refuse(response, 401, 'UNAUTHORIZED');
  response.end(JSON.stringify({ token: TOKEN }));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

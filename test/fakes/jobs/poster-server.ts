import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a server was asked. */
export interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real web server as a job may name one, with whatever behaviour a test gives it. */
export interface PosterServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** Listens on a free port of this computer. */
export async function startPosterServer(
  behave: (asked: Asked, response: ServerResponse) => void,
): Promise<PosterServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const line = `${request.method ?? ''} ${request.url ?? ''}`;
      const body = Buffer.concat(parts).toString('utf8');
      const one = { line, headers: request.headers, body };
      asked.push(one);
      behave(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

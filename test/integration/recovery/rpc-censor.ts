import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';

const Call = z.object({ id: z.unknown(), method: z.string() });

/** Stands before the RPC server of a chain and answers some methods itself, as a server that lies. */
export class RpcCensor {
  readonly url: string;
  /** By method: the result, as JSON, that is answered in place of the chain's. */
  readonly results = new Map<string, unknown>();
  /** How often each method was asked, by whomever. */
  readonly asked = new Map<string, number>();
  /** How often each of these methods was answered here. */
  readonly answered = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(chainUrl: string): Promise<RpcCensor> {
    const server = createServer((request, response) => {
      censor.#answer(request, response, chainUrl).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const censor = new RpcCensor(server, `http://127.0.0.1:${port}`);
    return censor;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    chainUrl: string,
  ): Promise<void> {
    let body = '';
    for await (const piece of request) body += String(piece);
    const { id, method } = Call.parse(JSON.parse(body));
    this.asked.set(method, (this.asked.get(method) ?? 0) + 1);
    const headers = { 'content-type': 'application/json' };
    response.writeHead(200, headers);
    if (this.results.has(method)) {
      this.answered.set(method, (this.answered.get(method) ?? 0) + 1);
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: this.results.get(method) }));
      return;
    }
    const answer = await fetch(chainUrl, { method: 'POST', headers, body });
    response.end(await answer.text());
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { RpcEndpoint } from '../../../app/adapters/solana/rpc-endpoint.ts';

/**
 * What is wrong with a server: it is gone; it answers from long ago; it finds nothing, as throttled
 * servers do; it wants a pause.
 */
export type Trouble = 'dead' | 'stale' | 'empty' | 'throttled';

const Call = z.object({ id: z.unknown(), method: z.string() });
const Answer = z.looseObject({
  result: z.looseObject({ context: z.looseObject({ slot: z.number() }), value: z.unknown() }),
});

/** A server in front of a real local chain, HTTP and WebSocket, that can be given troubles. */
export class RpcProxy {
  trouble: Trouble | null = null;
  /** Methods, in the order asked. */
  readonly calls: string[] = [];
  /** Sockets that were opened, and the most that were open at once. */
  readonly sockets = { opened: 0, most: 0 };
  /** Methods of the socket, in the order asked. */
  readonly subscribed: string[] = [];
  readonly #http: Server;
  readonly #ws: WebSocketServer;

  private constructor(http: Server, ws: WebSocketServer) {
    this.#http = http;
    this.#ws = ws;
  }

  static async start(chain: RpcEndpoint): Promise<RpcProxy> {
    const http = createServer((request, response) => {
      proxy.#answer(request, response, chain.rpcUrl).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const ws = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => ws.once('listening', resolve));
    const proxy = new RpcProxy(http, ws);
    ws.on('connection', (socket) => proxy.#connect(socket, chain.wsUrl));
    return proxy;
  }

  get endpoint(): RpcEndpoint {
    const [http, ws] = [portOf(this.#http.address()), portOf(this.#ws.address())];
    return { rpcUrl: `http://127.0.0.1:${http}/?key=SECRET`, wsUrl: `ws://127.0.0.1:${ws}` };
  }

  /** From now on nobody is there. */
  die(): void {
    this.trouble = 'dead';
    this.#http.closeAllConnections();
    for (const socket of this.#ws.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.die();
    await new Promise((resolve) => this.#ws.close(resolve));
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    chainUrl: string,
  ): Promise<void> {
    let body = '';
    for await (const piece of request) body += String(piece);
    if (this.trouble === 'dead') {
      response.destroy();
      return;
    }
    const { method } = Call.parse(JSON.parse(body));
    this.calls.push(method);
    if (this.trouble === 'throttled') {
      response.writeHead(429, { 'retry-after': '30' }).end();
      return;
    }
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(chainUrl, { method: 'POST', headers, body });
    const text = await answer.text();
    response
      .writeHead(200, headers)
      .end(this.trouble === null ? text : nothing(text, this.trouble));
  }

  #connect(socket: WebSocket, chainUrl: string): void {
    if (this.trouble === 'dead') {
      socket.terminate();
      return;
    }
    this.sockets.opened += 1;
    this.sockets.most = Math.max(this.sockets.most, this.#ws.clients.size);
    const chain = new WebSocket(chainUrl);
    const early: string[] = [];
    chain.on('open', () => early.splice(0).forEach((text) => chain.send(text)));
    chain.on('message', (data: Buffer) => socket.send(data.toString()));
    chain.on('error', () => socket.terminate());
    chain.on('close', () => socket.terminate());
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      this.subscribed.push(Call.parse(JSON.parse(text)).method);
      if (chain.readyState === WebSocket.OPEN) chain.send(text);
      else early.push(text);
    });
    socket.on('close', () => chain.terminate());
  }
}

/** The same answer with nothing in it; from long ago, where it is stale. */
function nothing(text: string, trouble: Trouble): string {
  const parsed = Answer.safeParse(JSON.parse(text)).data;
  if (parsed === undefined) return text;
  const { value } = parsed.result;
  if (!Array.isArray(value)) return text;
  // Lists of accounts by program or owner are empty; lists in the order asked hold nulls.
  const isByAddress = value.every((one) => one === null || !hasPubkey(one));
  parsed.result.value = isByAddress ? value.map(() => null) : [];
  if (trouble === 'stale') parsed.result.context.slot = 1;
  return JSON.stringify(parsed);
}

function hasPubkey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'pubkey' in value;
}

function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

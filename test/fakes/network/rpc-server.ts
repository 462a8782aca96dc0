import { createServer, type ServerResponse } from 'node:http';

/** An HTTP server that speaks JSON-RPC as a test tells it: for servers that fail, lie or are mainnet. */
export interface RpcServer {
  readonly url: string;
  /** What each method answers; others are refused. */
  readonly results: Record<string, unknown>;
  /** Answers in place of all that, until set to null. */
  behave: ((response: ServerResponse) => void) | null;
  readonly calls: string[];
  stop(): Promise<void>;
}

/** Listens on a random port of this machine. */
export async function startRpcServer(results: Record<string, unknown> = {}): Promise<RpcServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { id, method } = readCall(body);
      rpc.calls.push(method);
      if (rpc.behave !== null) {
        rpc.behave(response);
        return;
      }
      const answer =
        method in rpc.results
          ? { result: rpc.results[method] }
          : { error: { code: -32601, message: 'Method not found' } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const rpc: RpcServer = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    results,
    behave: null,
    calls: [],
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return rpc;
}

function readCall(body: string): { id: unknown; method: string } {
  const value: unknown = JSON.parse(body);
  if (typeof value === 'object' && value !== null && 'id' in value && 'method' in value) {
    return { id: value.id, method: String(value.method) };
  }
  throw new Error('not a JSON-RPC call');
}

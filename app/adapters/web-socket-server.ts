import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** One who has opened a WebSocket to this host. */
export interface Visitor {
  /** Resolves when the text was handed over to the system, or nobody is there any more. */
  send(text: string): Promise<void>;
  ping(): void;
  /** Says goodbye with a close code (RFC 6455) and a reason of at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Hangs up at once. */
  terminate(): void;
  onText(listener: (text: string) => void): void;
  onPong(listener: () => void): void;
  onClose(listener: () => void): void;
}

/** A request to become a WebSocket, as Node's server hands it over. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Takes in those who open WebSockets at a server of ours. Larger frames end a socket (1009). */
export class VisitorServer {
  readonly #server: WebSocketServer;

  constructor(maxFrameBytes: number) {
    const maxPayload = maxFrameBytes;
    // Without compression no small frame becomes a large one.
    this.#server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  }

  /** Completes the handshake; one that is none is answered with 400. */
  take({ request, socket, head }: Upgrade, received: (visitor: Visitor) => void): void {
    const gone = (): void => void socket.destroy();
    socket.on('error', gone);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', gone);
      received(visitorOf(webSocket));
    });
  }

  /** Hangs up on everybody. */
  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}

function visitorOf(socket: WebSocket): Visitor {
  // A broken peer shows as a close; without a listener the error would end the process.
  socket.on('error', () => socket.terminate());
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;
  return {
    send: (text) =>
      new Promise((resolve) => {
        if (isOpen()) socket.send(text, () => resolve());
        else resolve();
      }),
    ping: () => {
      if (isOpen()) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    onText: (listener) => {
      socket.on('message', (data: Buffer) => listener(data.toString()));
    },
    onPong: (listener) => void socket.on('pong', listener),
    onClose: (listener) => void socket.on('close', listener),
  };
}

import { WebSocket } from 'ws';
import type { HostMessage, Wire } from '../contract/wire.ts';

/** A view that has this much unread is not fed until it drains. Bytes. */
const CONGESTION_BYTES = 1024 * 1024;

/** A WebSocket as a wire of JSON messages; what is not JSON is dropped. */
export function webSocketWire<Out = HostMessage, In = unknown>(socket: WebSocket): Wire<Out, In> {
  // A broken peer shows as a close; without a listener the error would end the process.
  socket.on('error', () => socket.terminate());
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      socket.on('message', (data: Buffer, binary) => {
        if (binary) return;
        const message = parse(data.toString());
        // The receiver validates: the host by schema, the command line trusts its own host.
        if (message !== undefined) listener(message as In);
      });
    },
    onClose: (listener) => void socket.on('close', listener),
    congested: () => socket.bufferedAmount > CONGESTION_BYTES,
    close: () => socket.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

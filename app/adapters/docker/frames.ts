import { EngineFault } from './faults.ts';

/** One message of a container's log as the engine keeps it: a line, or a piece of a long one. */
export interface LogMessage {
  readonly stream: 'stdout' | 'stderr';
  /** The engine's RFC 3339 text with nanoseconds. */
  readonly timestamp: string;
  /** Without the timestamp; ends with a newline unless the line goes on in the next message. */
  readonly bytes: Buffer;
}

// Docker Engine API, "attach": stream type, three zero bytes, size as big-endian uint32, payload.
const HEADER_BYTES = 8;
const STDERR = 2;
// The engine cuts messages at 16 KiB; far more means that this is not the multiplexed format.
const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;
const SPACE = 0x20;

/** Cuts the engine's multiplexed log stream into messages; chunks may end anywhere. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that this chunk completes. Throws EngineFault when it is another format. */
  push(chunk: Buffer): LogMessage[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: LogMessage[] = [];
    let at = 0;
    while (at + HEADER_BYTES <= data.length) {
      const size = data.readUInt32BE(at + 4);
      if (size > MAX_PAYLOAD_BYTES) throw new EngineFault('other', 'Unreadable log stream');
      const end = at + HEADER_BYTES + size;
      if (end > data.length) break;
      messages.push(toMessage(data.readUInt8(at), data.subarray(at + HEADER_BYTES, end)));
      at = end;
    }
    this.#rest = data.subarray(at);
    return messages;
  }
}

function toMessage(type: number, payload: Buffer): LogMessage {
  const space = payload.indexOf(SPACE);
  if (space < 0) throw new EngineFault('other', 'A log message without a timestamp');
  return {
    stream: type === STDERR ? 'stderr' : 'stdout',
    timestamp: payload.toString('latin1', 0, space),
    bytes: payload.subarray(space + 1),
  };
}

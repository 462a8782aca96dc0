import type { IncomingMessage } from 'node:http';
import { refusal, type Reply } from './reply.ts';

/** A body as text, or the answer to one that is not taken. */
export type Body =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reply: Reply };

/**
 * Reads a JSON body of at most so many bytes; what is beyond is never held in memory. How long it
 * may take is the server's own deadline for a request.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) return no(415, 'The body has to be JSON.');
  const tooLarge = no(413, `The body may have ${maxBytes} bytes at most.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge;
  const parts: Buffer[] = [];
  let left = maxBytes;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(part)) continue;
    left -= part.length;
    if (left < 0) return tooLarge;
    parts.push(part);
  }
  const text = readText(Buffer.concat(parts));
  return text === null ? no(400, 'The body is not JSON in UTF-8.') : { ok: true, text };
}

function readText(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

function no(status: number, error: string): Body {
  return { ok: false, reply: refusal(status, error) };
}

import { request, type RequestOptions } from 'node:http';
import type { Endpoint } from '../ports.ts';
import type { HealthCheck } from './health.ts';

type HttpCheck = Extract<HealthCheck, { readonly type: 'http' }>;

const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The status that a service answers a check with. Its body is never read, no redirect is followed,
 * and the connection is closed; rejects when there is no answer before the signal aborts.
 */
export function httpStatus(
  endpoint: Endpoint,
  check: HttpCheck,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // What a definition asks for may be no valid request at all: Node throws then, and that rejects.
    const call = request(requestOf(endpoint, check, signal));
    call.on('response', ({ statusCode = 0 }) => {
      resolve(statusCode);
      call.destroy();
    });
    call.on('upgrade', ({ statusCode = 0 }, socket) => {
      resolve(statusCode);
      socket.destroy();
    });
    call.on('error', reject);
    call.on('close', () => reject(new Error('closed without an answer')));
    call.end(bodyOf(check));
  });
}

function requestOf(
  { host, port }: Endpoint,
  { method, path, headers = {}, body }: HttpCheck,
  signal: AbortSignal,
): RequestOptions {
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const isJson = body !== undefined && typeof body !== 'string' && !isTyped;
  return {
    host,
    port,
    method,
    path: requestPath(path),
    headers: { ...headers, ...(isJson ? { 'content-type': 'application/json' } : {}) },
    // An agent of its own, for one request.
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  };
}

/** Always a path of this service: only its place in the request line can be chosen. */
function requestPath(path: string): string {
  const escaped = path.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return escaped.startsWith('/') ? escaped : `/${escaped}`;
}

function bodyOf({ body }: HttpCheck): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

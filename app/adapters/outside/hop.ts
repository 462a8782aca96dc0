import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as securedRequest } from 'node:https';
import { isIP } from 'node:net';
import { isAllowedAddress, type AddressPolicy } from './addresses.ts';
import { OutsideFault, toOutsideFault } from './faults.ts';
import { publicLookup, type Resolve } from './lookup.ts';

/** One request to one host, redirects not followed. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

export interface HopSetting {
  readonly policy: AddressPolicy;
  /** Until the headers of the answer are there: name, connection, encryption and all. */
  readonly answerMs: number;
  readonly resolve: Resolve | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Far above what servers send; Node ends a connection that sends more. */
const MAX_HEADER_BYTES = 32 * 1024;

/** Sends one request; the answer's body is not read yet. Throws OutsideFault. */
export function sendHop(hop: Hop, setting: HopSetting): Promise<IncomingMessage> {
  const { url } = hop;
  const { signal } = setting;
  const refusal = refusalOf(url, setting.policy);
  if (refusal !== null) return Promise.reject(refusal);
  if (signal?.aborted) return Promise.reject(new OutsideFault('aborted', url.hostname));
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? securedRequest : plainRequest;
    const request = send(url, optionsOf(hop, setting));
    const late = setTimeout(
      () => request.destroy(new OutsideFault('stalled', url.hostname)),
      setting.answerMs,
    );
    const abort = (): unknown => request.destroy(new OutsideFault('aborted', url.hostname));
    const settle = (): void => {
      clearTimeout(late);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    request.once('response', (answer) => {
      settle();
      resolve(answer);
    });
    request.on('error', (error) => {
      settle();
      reject(toOutsideFault(error, url.hostname, signal));
    });
    request.end(hop.body ?? undefined);
  });
}

function optionsOf(hop: Hop, { policy, resolve }: HopSetting): RequestOptions {
  const length = hop.body === null ? {} : { 'content-length': Buffer.byteLength(hop.body) };
  return {
    method: hop.method,
    headers: { ...hop.headers, ...length },
    // No agent: its kept sockets may lead where another caller's lookup, without our check, led.
    agent: false,
    lookup: publicLookup(policy, resolve),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}

/** Sockets never look up an address that is written out, so that one is checked here. */
function refusalOf(url: URL, policy: AddressPolicy): OutsideFault | null {
  const { protocol, hostname, username, password } = url;
  const isWeb = protocol === 'http:' || protocol === 'https:';
  // A name and password in the address would end up in messages and logs of others.
  if (!isWeb || hostname === '' || username !== '' || password !== '') {
    return new OutsideFault('bad-address', hostname);
  }
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) === 0 || isAllowedAddress(literal, policy)) return null;
  return new OutsideFault('refused-address', hostname);
}

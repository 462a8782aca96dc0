import { z } from 'zod';
import { OffpeakError, type ErrorCode } from '../../contract/errors.ts';
import { readCanonicalJson } from './canonical-json.ts';
import { cidOfDocument, digestOfCid } from './cid.ts';

/** The largest document taken or stored. Bytes. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** How long one gateway, or the pinning service, may take. */
const DEADLINE_MS = 20_000;

/** Where documents are read and stored. */
export interface ContentEndpoints {
  /** Asked in this order: `GET <gateway>/ipfs/<cid>`. */
  readonly gateways: readonly string[];
  /** `POST <pinUrl>/pinning/pinJSONToIPFS`, as Pinata has it. */
  /** Null until the owner has named one. */
  readonly pinUrl: string | null;
  readonly pinToken?: string;
}

/** Documents by their CIDv0. Content is always checked against the CID: gateways are not trusted. */
export interface ContentClient {
  /** Throws `network.bad-cid` and `network.content-…`. */
  fetch(cid: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Stores JSON in its shortest form and returns its CIDv0; throws `network.pin-…`. */
  store(bytes: Uint8Array, signal: AbortSignal): Promise<string>;
}

/** `deadlineMs` is for each request by itself. */
export function createContentClient(
  endpoints: ContentEndpoints,
  deadlineMs: number = DEADLINE_MS,
): ContentClient {
  return {
    fetch: async (cid, signal) => {
      digestOfCid(cid);
      let worst: OffpeakError | null = null;
      for (const gateway of endpoints.gateways) {
        signal.throwIfAborted();
        const limited = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
        const got = await fromGateway(`${trimmed(gateway)}/ipfs/${cid}`, cid, limited);
        if (!(got instanceof OffpeakError)) return got;
        worst = moreTelling(worst, got);
      }
      signal.throwIfAborted();
      throw worst ?? new OffpeakError('network.content-unreachable');
    },
    store: async (bytes, signal) => {
      const value = readCanonicalJson(bytes);
      if (bytes.length > MAX_DOCUMENT_BYTES) throw new OffpeakError('network.content-too-large');
      const limited = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
      const stored = await pin(endpoints, value, limited).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
      const cid = cidOfDocument(bytes);
      if (stored === cid) return cid;
      const message = `The pinning service stored ${stored} instead of ${cid}.`;
      throw new OffpeakError('network.pin-mismatch', { message });
    },
  };
}

/** A value or a reason: one gateway's failure is no exception, the next one is asked. */
async function fromGateway(
  url: string,
  cid: string,
  signal: AbortSignal,
): Promise<Uint8Array | OffpeakError> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) {
      await response.body?.cancel();
      return new OffpeakError('network.content-unreachable');
    }
    const bytes = await readLimited(response, MAX_DOCUMENT_BYTES);
    if (bytes === null) return new OffpeakError('network.content-too-large');
    return cidOfDocument(bytes) === cid ? bytes : new OffpeakError('network.content-mismatch');
  } catch (cause) {
    return new OffpeakError('network.content-unreachable', { cause });
  }
}

const PinAnswer = z.object({ IpfsHash: z.string().max(100) });

async function pin(
  endpoints: ContentEndpoints,
  value: unknown,
  signal: AbortSignal,
): Promise<string> {
  const { pinUrl, pinToken } = endpoints;
  if (pinUrl === null) throw new OffpeakError('network.pin-missing');
  const response = await fetch(`${trimmed(pinUrl)}/pinning/pinJSONToIPFS`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(pinToken === undefined ? {} : { authorization: `Bearer ${pinToken}` }),
    },
    body: JSON.stringify({ pinataContent: value, pinataOptions: { cidVersion: 0 } }),
    signal,
  }).catch((cause: unknown) => {
    throw new OffpeakError('network.pin-failed', { cause });
  });
  const answer = await readLimited(response, 64 * 1024).catch(() => null);
  if (!response.ok) {
    const message = `The pinning service refused the document (HTTP ${response.status}).`;
    throw new OffpeakError('network.pin-failed', { message });
  }
  const parsed = PinAnswer.safeParse(parseJson(answer)).data;
  if (parsed === undefined) throw new OffpeakError('network.pin-failed');
  return parsed.IpfsHash;
}

/** Null where the body is longer than the limit; what is beyond is never held in memory. */
async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const part: unknown = chunk;
    if (!(part instanceof Uint8Array)) return null;
    length += part.length;
    if (length > maxBytes) return null; // leaving the loop cancels the body
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** A document that exists but is unusable says more than a gateway that is silent. */
function moreTelling(before: OffpeakError | null, now: OffpeakError): OffpeakError {
  const order: readonly ErrorCode[] = [
    'network.content-unreachable',
    'network.content-mismatch',
    'network.content-too-large',
  ];
  return before === null || order.indexOf(now.code) > order.indexOf(before.code) ? now : before;
}

function parseJson(bytes: Uint8Array | null): unknown {
  try {
    return bytes === null ? null : JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

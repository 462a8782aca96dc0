import { z } from 'zod';
import { parseJson } from '../definition/json.ts';
import { MAX_DOCUMENT_BYTES, MAX_URL_CHARACTERS } from '../definition/limits.ts';

/**
 * How a definition or a result travels past IPFS: this host asks or tells an address that the job
 * names, or the job's owner comes to this host's door. `address` is null where the job names none.
 */
export type Way =
  { readonly type: 'api'; readonly address: string | null } | { readonly type: 'api-listen' };

export interface Ways {
  /** How the definition comes; null for the document on IPFS itself. */
  readonly send: Way | null;
  /** How the result goes; null for IPFS. */
  readonly receive: Way | null;
}

const ViaIpfs: Ways = { send: null, receive: null };

const Direction = z.object({
  type: z.enum(['api', 'api-listen']),
  args: z.object({ endpoint: z.string().max(MAX_URL_CHARACTERS).optional() }).optional(),
});

/** Only what is read here: the document may be a stub that is no whole definition. */
const Document = z.object({
  logistics: z.object({ send: Direction.optional(), receive: Direction.optional() }).optional(),
});

/**
 * What the document on IPFS says of the way. One that says nothing readable is a definition by
 * itself: judging it tells what is wrong with it. Pure.
 */
export function waysOf(document: string, job: string): Ways {
  if (document.length > MAX_DOCUMENT_BYTES) return ViaIpfs;
  const reading = parseJson(document.replace(/^\uFEFF/, ''));
  if (!reading.ok) return ViaIpfs;
  const { logistics } = Document.safeParse(reading.value).data ?? {};
  return { send: wayOf(logistics?.send, job), receive: wayOf(logistics?.receive, job) };
}

function wayOf(direction: z.infer<typeof Direction> | undefined, job: string): Way | null {
  if (direction === undefined) return null;
  const { type, args } = direction;
  if (type === 'api-listen') return { type };
  // The network's own host fills in the first of them alone.
  return { type, address: args?.endpoint?.replaceAll('%%global.job%%', () => job) ?? null };
}

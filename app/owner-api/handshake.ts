import { z } from 'zod';

/** What may be followed over a WebSocket, by its path. */
const SUBJECTS = ['/log', '/flog', '/status'] as const;

const Handshake = z.object({
  path: z.string(),
  /** The header `authorization` of the HTTP routes. */
  header: z.string().max(1024),
  body: z.object({
    jobAddress: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/),
    /** `/flog` only: lines of this group, this operation, this type. */
    group: z.string().max(1000).optional(),
    opId: z.string().max(1000).optional(),
    type: z.enum(['container', 'info', 'error']).optional(),
  }),
});
export type Handshake = z.infer<typeof Handshake> & { readonly path: (typeof SUBJECTS)[number] };

/** Why a socket is closed, with the close codes of the network's own host. */
export interface Goodbye {
  readonly code: 1000 | 1007 | 1008 | 1011 | 3000 | 3003;
  readonly reason: string;
}

type Read =
  | { readonly ok: true; readonly handshake: Handshake }
  | { readonly ok: false; readonly goodbye: Goodbye };

/** Reads a frame with which a visitor asks to follow something. Pure. */
export function readHandshake(text: string): Read {
  const frame = Frame.safeParse(parseJson(text));
  if (!frame.success) return no(1007, 'A frame is JSON: path, header and body.');
  const path = z.object({ path: z.enum(SUBJECTS) }).safeParse(frame.data);
  const handshake = Handshake.safeParse(frame.data);
  if (!path.success) return no(3003, 'There is no such path.');
  if (!handshake.success) return no(1007, 'The body has to name the job, the header its owner.');
  return { ok: true, handshake: { ...handshake.data, ...path.data } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Frame = z.looseObject({ path: z.string() });

function no(code: Goodbye['code'], reason: string): Read {
  return { ok: false, goodbye: { code, reason } };
}

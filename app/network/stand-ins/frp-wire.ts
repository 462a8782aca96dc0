import type { Socket } from 'node:net';
import { z } from 'zod';

/*
 * Part of Offpeak's stand-ins: what the stand-in for an frp server reads. The protocol between it and
 * its client (build/guard/program/frp-stand-in) is ours, and so simple that it can be read here; frp's
 * own is another one.
 */

/** An entry of FRP_PROXIES (nosana-host-protocol.md, 3.7); what the server has no use for is left out. */
const Proxy = z.object({
  name: z.string().min(1).max(512),
  customDomain: z.string().min(1).max(253),
  deploymentDomain: z.string().min(1).max(253).optional(),
  deploymentLoadBalancerGroup: z.string().max(300).optional(),
});
type Proxy = z.infer<typeof Proxy>;

/** The first line of a control connection. */
const Login = z.object({ login: z.string().max(200), proxies: z.array(Proxy).min(1).max(64) });

/** Who comes: a client with what it publishes, or a connection that it opens for a visitor. */
export type Greeting =
  | { readonly kind: 'login'; readonly login: string; readonly proxies: readonly Proxy[] }
  | { readonly kind: 'work'; readonly id: string }
  | { readonly kind: 'strange' };

/** A client publishes 64 ports at most, each named in less than a kilobyte. */
const MOST_BYTES = 128 * 1024;

/** Reads the first line of a client; what follows it stays in the socket. Pure but for the socket. */
export async function readGreeting(socket: Socket, deadlineMs: number): Promise<Greeting> {
  const line = await firstBytes(socket, { until: '\n', most: MOST_BYTES, deadlineMs });
  const text = line?.toString('utf8').trimEnd() ?? '';
  const [, id] = /^work ([0-9a-f]{32})$/.exec(text) ?? [];
  if (id !== undefined) return { kind: 'work', id };
  const login = Login.safeParse(parse(text));
  return login.success ? { kind: 'login', ...login.data } : { kind: 'strange' };
}

/**
 * The bytes of a socket up to a mark and with it; null where none comes in time, or not within so
 * many bytes. The rest is pushed back, and the socket paused.
 */
export function firstBytes(
  socket: Socket,
  want: { readonly until: string; readonly most: number; readonly deadlineMs: number },
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const end = (found: Buffer | null): void => {
      clearTimeout(timer);
      socket.pause();
      for (const event of ENDINGS) socket.off(event, drop);
      socket.off('data', hear);
      resolve(found);
    };
    const drop = (): void => end(null);
    const hear = (chunk: Buffer): void => {
      heard = Buffer.concat([heard, chunk]);
      const at = heard.indexOf(want.until);
      if (at === -1 && heard.length <= want.most) return;
      const size = at === -1 ? 0 : at + want.until.length;
      end(at === -1 || size > want.most ? null : heard.subarray(0, size));
      if (heard.length > size) socket.unshift(heard.subarray(size));
    };
    const timer = setTimeout(drop, want.deadlineMs);
    for (const event of ENDINGS) socket.on(event, drop);
    socket.on('data', hear);
  });
}

const ENDINGS = ['end', 'close', 'error'] as const;

/** The host that the head of an HTTP request names, without its port, in small letters; or null. */
export function hostOf(head: Buffer): string | null {
  const [, host] = /\r\nhost:[ \t]*([^\r\n:]+)/i.exec(head.toString('latin1')) ?? [];
  return host === undefined ? null : host.trim().toLowerCase();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

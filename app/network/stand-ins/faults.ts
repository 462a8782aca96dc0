import { z } from 'zod';

/*
 * Part of Offpeak's stand-ins: how they fail on command. The real services fail by themselves; these
 * are the ways in which they were seen, or have to be expected, to do it.
 */

/** One way to fail. */
export const Fault = z.discriminatedUnion('kind', [
  /** Takes the request and never answers. */
  z.object({ kind: z.literal('timeout') }),
  /** Closes the connection instead of answering. */
  z.object({ kind: z.literal('dropped') }),
  z.object({ kind: z.literal('rate-limited'), retryAfterSeconds: z.number().min(0) }),
  /** 503 with the text by which the network's own servers say it (nosana-host-protocol.md, 1.4). */
  z.object({ kind: z.literal('maintenance') }),
  z.object({ kind: z.literal('server-error') }),
  /** Half of the real answer: a proxy that was cut off. */
  z.object({ kind: z.literal('wrong-json') }),
  /** The headers at once, then the body a byte at a time. */
  z.object({ kind: z.literal('slow-body'), byteEveryMs: z.number().min(1) }),
  /** The last answer that somebody else got from this route; the real one where nobody did. */
  z.object({ kind: z.literal('replayed') }),
  /** This body in place of the real one, with status 200. */
  z.object({ kind: z.literal('altered'), body: z.string() }),
]);
export type Fault = z.infer<typeof Fault>;

/** Set for a route as it is declared (`GET /nodes/:id`), or for all with `*`. */
export const FaultOrder = z.object({
  route: z.string(),
  fault: Fault,
  /** How many requests meet it; without a number all, until it is lifted. */
  times: z.number().int().min(1).optional(),
});
export type FaultOrder = z.infer<typeof FaultOrder>;

/** The faults of one stand-in, shared with whoever orders them. */
export class Faults {
  readonly #orders = new Map<string, { fault: Fault; left: number }>();

  /** Replaces what was ordered for this route before. */
  set({ route, fault, times = Number.POSITIVE_INFINITY }: FaultOrder): void {
    this.#orders.set(route, { fault, left: times });
  }

  /** Without a route: all of them. */
  lift(route?: string): void {
    if (route === undefined) this.#orders.clear();
    else this.#orders.delete(route);
  }

  /** The fault that the next request of this route meets; it counts as met. */
  take(route: string): Fault | null {
    const key = this.#orders.has(route) ? route : '*';
    const order = this.#orders.get(key);
    if (order === undefined) return null;
    order.left -= 1;
    if (order.left <= 0) this.#orders.delete(key);
    return order.fault;
  }

  /** Is a fault of this kind ordered anywhere? It does not count as met. */
  has(kind: Fault['kind']): boolean {
    return [...this.#orders.values()].some(({ fault }) => fault.kind === kind);
  }
}

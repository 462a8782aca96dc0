import type { Subscriptions } from '../../adapters/solana/subscriptions.ts';
import { startPoller, type Poller, type PollerOptions } from './poller.ts';

/** Pauses of the polling below the pushes, in milliseconds. */
export interface Pace {
  /** After a change, and whenever the socket has come or gone. */
  readonly soonMs: number;
  /** The longest while pushes come. */
  readonly pushedMs: number;
  /** The longest while they do not. */
  readonly deafMs: number;
}

/** An idle hour costs about 20 looks: public servers, and those behind one address, are few. */
export const PACE: Pace = { soonMs: 5_000, pushedMs: 180_000, deafMs: 15_000 };

/** Looks again and again, seldom while the socket lives, and at once when that changes. */
export function startNet(
  link: { readonly subscriptions: Subscriptions; readonly pace: Pace },
  poll: PollerOptions['poll'],
): Poller {
  const { subscriptions, pace } = link;
  const poller = startPoller({
    minMs: pace.soonMs,
    maxMs: () => (subscriptions.isAlive ? pace.pushedMs : pace.deafMs),
    poll,
  });
  // What changed before a new socket was listening was pushed to nobody.
  const off = subscriptions.onState(() => poller.nudge());
  return {
    nudge: () => poller.nudge(),
    stop: () => {
      off();
      poller.stop();
    },
  };
}

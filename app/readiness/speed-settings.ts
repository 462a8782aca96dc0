import { OffpeakError } from '../contract/errors.ts';
import { SpeedResult } from '../contract/readiness.ts';
import type { Settings } from '../storage/settings.ts';

const SERVER = 'readiness.speed-server';
const RESULT = 'readiness.speed';

/**
 * Cloudflare's, whose addresses are the documented defaults of a client that anybody may use
 * (github.com/cloudflare/speedtest). It learns the IP address of this computer, as every server does.
 */
const USUAL_SERVER = 'https://speed.cloudflare.com/';

/** The server that the owner measures against: the usual one unless another, or none, was named. */
export function speedServer(settings: Settings): URL | null {
  const kept = settings.get(SERVER) ?? USUAL_SERVER;
  return kept === '' ? null : readAddress(kept);
}

/** Names another server; null: none, so that nothing is measured. Throws `readiness.bad-speed-server`. */
export function keepSpeedServer(settings: Settings, address: string | null): void {
  const base = address === null ? null : readAddress(address);
  if (base === null && address !== null) throw new OffpeakError('readiness.bad-speed-server');
  settings.set(SERVER, base?.href ?? '');
}

/** The last measurement that came to its end. */
export function lastSpeed(settings: Settings): SpeedResult | null {
  const kept = settings.get(RESULT);
  return kept === null ? null : (SpeedResult.safeParse(parsed(kept)).data ?? null);
}

/** Keeps a measurement until the next one. */
export function keepSpeed(settings: Settings, result: SpeedResult): void {
  settings.set(RESULT, JSON.stringify(result));
}

// A name and password would stand in the state and in logs.
function readAddress(address: string): URL | null {
  const url = URL.parse(address);
  const isUsable =
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.username === '' &&
    url.password === '';
  if (!isUsable) return null;
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

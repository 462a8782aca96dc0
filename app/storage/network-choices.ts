import { z } from 'zod';
import { Contact, type NetworkChanges, type NetworkChoices } from '../contract/network-choices.ts';
import type { Settings } from './settings.ts';

const key = {
  kind: 'network.kind',
  acknowledgedAt: 'network.acknowledged-at',
  rpcUrls: 'network.rpc-urls',
  gateways: 'network.gateways',
  pinUrl: 'network.pin-url',
  pinToken: 'network.pin-token',
  maxFee: 'network.max-fee',
  reserve: 'network.reserve',
  contact: 'network.contact',
} as const;

/** A fiftieth of what a short job brings, and a hundred times what a quiet network asks. Lamports. */
const MAX_FEE = '500000';
/** Some thousand transactions: nobody should be stuck with a job that cannot be settled. Lamports. */
const RESERVE = '5000000';

/** The network's own settings with their secrets: for the room that connects, never for a view. */
export interface NetworkSecrets {
  readonly rpcUrls: readonly string[];
  readonly gateways: readonly string[];
  readonly pinUrl: string | null;
  readonly pinToken: string | null;
}

/** The choices as they are kept, without what a view must not see; what was never chosen is safe. */
export function readNetworkChoices(settings: Settings): NetworkChoices {
  const { rpcUrls, gateways, pinUrl, pinToken } = readNetworkSecrets(settings);
  const acknowledgedAt = settings.get(key.acknowledgedAt) ?? '';
  return {
    kind: settings.get(key.kind) === 'mainnet' ? 'mainnet' : 'practice',
    acknowledgedAt: acknowledgedAt === '' ? null : Number(acknowledgedAt),
    rpcOrigins: rpcUrls.map(originOf),
    gatewayOrigins: gateways.map(originOf),
    pinOrigin: pinUrl === null ? null : originOf(pinUrl),
    hasPinToken: pinToken !== null,
    maxFee: settings.get(key.maxFee) ?? MAX_FEE,
    reserve: settings.get(key.reserve) ?? RESERVE,
    contact: Contact.nullable()
      .catch(null)
      .parse(parse(settings.get(key.contact))),
  };
}

/** The addresses and the token themselves. */
export function readNetworkSecrets(settings: Settings): NetworkSecrets {
  const list = (name: string) =>
    z
      .array(z.string())
      .catch([])
      .parse(parse(settings.get(name)));
  return {
    rpcUrls: list(key.rpcUrls),
    gateways: list(key.gateways),
    pinUrl: nonEmpty(settings.get(key.pinUrl)),
    pinToken: nonEmpty(settings.get(key.pinToken)),
  };
}

/** Keeps choices; those that are not given stay. */
export function writeNetworkChoices(
  settings: Settings,
  changes: NetworkChanges & Partial<Pick<NetworkChoices, 'kind' | 'acknowledgedAt'>>,
): void {
  const { kind, acknowledgedAt, rpcUrls, gateways, pinUrl, pinToken } = changes;
  const { maxFee, reserve, contact } = changes;
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined) settings.set(name, value);
  };
  set(key.kind, kind);
  if (acknowledgedAt !== undefined) set(key.acknowledgedAt, String(acknowledgedAt ?? ''));
  if (rpcUrls !== undefined) set(key.rpcUrls, JSON.stringify(rpcUrls));
  if (gateways !== undefined) set(key.gateways, JSON.stringify(gateways));
  if (pinUrl !== undefined) set(key.pinUrl, pinUrl ?? '');
  if (pinToken !== undefined) set(key.pinToken, pinToken ?? '');
  set(key.maxFee, maxFee);
  set(key.reserve, reserve);
  if (contact !== undefined) set(key.contact, JSON.stringify(contact));
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'not a web address';
}

function nonEmpty(text: string | null): string | null {
  return text === '' ? null : text;
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

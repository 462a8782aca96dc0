import { existsSync, readFileSync } from 'node:fs';
import { OffpeakError } from '../../app/contract/errors.ts';
import {
  NetworkChanges,
  NetworkKind,
  type NetworkChoices,
} from '../../app/contract/network-choices.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { lockHome } from '../../app/storage/lock.ts';
import { readNetworkChoices, writeNetworkChoices } from '../../app/storage/network-choices.ts';
import { openSettings } from '../../app/storage/settings.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { isMoneyWord, networkMoney } from './network-money.ts';

/** What one call wants changed; nothing: it only asks. */
interface Wish {
  readonly kind: NetworkKind | null;
  readonly acknowledge: boolean;
  readonly changes: NetworkChanges;
}

/**
 * `offpeak network [practice|mainnet]`: which network the host works in, with which servers and
 * limits. A running host changes at once, or when its job has ended.
 */
export async function network(context: CliContext): Promise<CliResult> {
  const [word] = context.positionals;
  if (isMoneyWord(word)) return await networkMoney(word, context);
  const wish = wishOf(context);
  const host = await connectToHost(paths(context.env).address);
  if (host === null)
    return show(isQuestion(wish) ? readFiles(context) : changeFiles(context, wish));
  try {
    requireRead(wish, host.state.settings.network);
    if (wish.acknowledge) await host.call('network.acknowledge', {});
    const changed = await host.call('settings.network', wish.changes);
    const { kind } = wish;
    return show(kind === null ? changed : await host.call('network.choose', { kind }));
  } finally {
    host.close();
  }
}

function isQuestion({ kind, acknowledge, changes }: Wish): boolean {
  return kind === null && !acknowledge && Object.values(changes).every((one) => one === undefined);
}

/** Before anything is changed: who is refused finds everything as it was. */
function requireRead({ kind, acknowledge }: Wish, { acknowledgedAt }: NetworkChoices): void {
  if (kind !== 'mainnet' || acknowledge || acknowledgedAt !== null) return;
  throw new OffpeakError('network.not-acknowledged', {
    remedy: 'Read docs/mainnet.md, and call it again with --acknowledge. Nothing was changed.',
  });
}

/** No host runs, and somebody only asks: nothing is written. */
function readFiles({ env }: CliContext): NetworkChoices {
  const { db: file } = paths(env);
  if (!existsSync(file)) return readNetworkChoices({ get: () => null, set: () => undefined });
  const db = openDatabase(file, { readOnly: true });
  try {
    return readNetworkChoices(openSettings(db));
  } finally {
    db.close();
  }
}

/** No host runs: the folder is ours for a moment. */
function changeFiles({ env }: CliContext, wish: Wish): NetworkChoices {
  const { kind, acknowledge, changes } = wish;
  const { home, db: file } = paths(env);
  const release = lockHome(home);
  const db = openDatabase(file);
  try {
    const settings = openSettings(db);
    requireRead(wish, readNetworkChoices(settings));
    if (acknowledge) writeNetworkChoices(settings, { acknowledgedAt: Date.now() });
    writeNetworkChoices(settings, changes);
    if (kind !== null) writeNetworkChoices(settings, { kind });
    return readNetworkChoices(settings);
  } finally {
    db.close();
    release();
  }
}

/** What is wrong is not repeated: addresses of servers often hold keys. */
const TAKES: Readonly<Record<keyof NetworkChanges, string>> = {
  rpcUrls: '--rpc takes an http or https address, eight of them at most',
  gateways: '--gateway takes an http or https address, eight of them at most',
  pinUrl: '--pin-url takes an http or https address',
  pinToken: '--pin-token-file takes a file with nothing but a token in it',
  maxFee: '--max-fee takes a whole number of lamports',
  reserve: '--reserve takes a whole number of lamports',
  contact: '--email takes an e-mail address',
};

function wishOf({ positionals, values }: CliContext): Wish {
  const [word, ...more] = positionals;
  const kind = word === undefined ? null : NetworkKind.safeParse(word).data;
  if (kind === undefined || more.length > 0) {
    throw usage(
      `"network" takes "practice", "mainnet", "costs", "rewards" or "claim", not "${positionals.join(' ')}".`,
    );
  }
  const { rpc, gateway, email } = values;
  const changes = NetworkChanges.safeParse({
    rpcUrls: rpc,
    gateways: gateway,
    pinUrl: values['pin-url'],
    pinToken: tokenIn(values['pin-token-file']),
    maxFee: values['max-fee'],
    reserve: values.reserve,
    ...(email === undefined ? {} : { contact: { email } }),
  });
  if (!changes.success) {
    const field = NetworkChanges.keyof().parse(changes.error.issues[0]?.path[0]);
    throw usage(`${TAKES[field]}.`);
  }
  return { kind, acknowledge: values.acknowledge === true, changes: changes.data };
}

/** A token never stands among the arguments, which every program of this computer can read. */
function tokenIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const message = `--pin-token-file: the file ${file} cannot be read.`;
    throw new OffpeakError('host.bad-usage', { message, cause });
  }
}

function show(choices: NetworkChoices): CliResult {
  const none = 'the usual ones';
  const lines = [
    `Network: ${choices.kind}`,
    `Mainnet read about: ${choices.acknowledgedAt === null ? 'no' : 'yes'}`,
    `RPC servers: ${choices.rpcOrigins.join(', ') || none}`,
    `IPFS gateways: ${choices.gatewayOrigins.join(', ') || none}`,
    `Pinning service: ${choices.pinOrigin ?? 'none'}${choices.hasPinToken ? ', with a token' : ''}`,
    `Most fee for one transaction: ${choices.maxFee} lamports`,
    `What stays in the wallet: ${choices.reserve} lamports`,
    `Contact: ${choices.contact?.email ?? 'none'}`,
  ];
  return { exitCode: 0, json: choices, text: `${lines.join('\n')}\n` };
}

function usage(message: string): OffpeakError {
  return new OffpeakError('host.bad-usage', { message });
}

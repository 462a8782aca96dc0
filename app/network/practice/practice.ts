import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { OffpeakError } from '../../contract/errors.ts';
import type { Log } from '../../contract/log.ts';
import type { NetworkAddress, NetworkEvents, NetworkProvider } from '../provider.ts';
import { openHostKeys } from './host-keys.ts';
import { FromWorld, type WorldAddress, type WorldOptions } from './messages.ts';
import { readPracticeImage } from './practice-image.ts';
import { readFrpClientImage } from '../stand-ins/frp-image.ts';

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** How long a stopping world may take to write its last state. */
const STOP_MS = 5_000;

/** Opens the practice network in `home`: its keys, its market, its image. Nothing runs yet. */
export function openPractice(options: {
  home: string;
  assets: string;
  /** Path of the child's program; the bundled one in the packaged app. */
  entry?: string;
  log: Log;
}): NetworkProvider {
  const folder = join(options.home, 'practice');
  const assets = join(options.assets, 'practice');
  const { market, hosts } = openHostKeys(folder);
  return {
    id: 'practice',
    label: 'Practice network',
    practice: true,
    genesisRule: 'practice',
    market: market.address,
    identities: (cards) => Promise.resolve(hosts.forCards(cards)),
    identity: (address) => hosts.byAddress(address),
    images: () => [readPracticeImage(assets), readFrpClientImage(assets)],
    start: (events) =>
      keepWorldUp({
        world: { folder, assets },
        entry: options.entry ?? join(import.meta.dirname, 'world.ts'),
        log: options.log,
        events,
      }),
  };
}

/** Keeps the child alive until told to stop. */
function keepWorldUp(options: {
  world: WorldOptions;
  entry: string;
  log: Log;
  events: NetworkEvents;
}): { stop(): Promise<void> } {
  let child: ChildProcess | null = null;
  let restart: NodeJS.Timeout | null = null;
  let waitMs = FIRST_RESTART_MS;
  let stopping = false;
  let hopeless = false;

  const start = () => {
    restart = null;
    const started = fork(options.entry, [JSON.stringify(options.world)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    child = started;
    started.stderr?.on('data', (text: Buffer) => {
      options.log('warn', 'practice world', { text: text.toString().trim().slice(0, 2000) });
    });
    started.on('message', (raw) => {
      const message = FromWorld.safeParse(raw);
      if (!message.success) return;
      if (message.data.type === 'up') {
        waitMs = FIRST_RESTART_MS;
        options.events.onUp(reach(message.data.address));
      } else {
        hopeless = true;
        options.events.onDown(message.data.problem);
      }
    });
    const ended = (code: number | null, signal: NodeJS.Signals | null) => {
      child = null;
      if (stopping || hopeless) return;
      options.log('warn', 'practice world ended', { code, signal });
      options.events.onDown(new OffpeakError('practice.stopped').toReport());
      restart = setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_RESTART_MS);
    };
    started.once('exit', ended);
    // It could not even be started: there is no exit then.
    started.once('error', () => {
      if (started.pid === undefined) ended(null, null);
    });
  };
  start();
  return {
    async stop() {
      stopping = true;
      if (restart) clearTimeout(restart);
      if (child) await endChild(child);
    },
  };
}

function reach({
  rpcUrl,
  wsUrl,
  contentUrl,
  hostManagerUrl,
  tunnel,
}: WorldAddress): NetworkAddress {
  return {
    rpc: [{ rpcUrl, wsUrl }],
    gateways: [contentUrl],
    pinUrl: contentUrl,
    hostManagerUrl: hostManagerUrl ?? null,
    tunnel: tunnel ?? null,
  };
}

// The child ends by itself, its state written, when its channel closes.
async function endChild(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.disconnect();
  });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRpc } from '../../adapters/solana/rpc.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { lockHome } from '../../storage/lock.ts';
import { startChain } from './chain.ts';
import { startContentServer } from '../stand-ins/content.ts';
import { readFrpClientImage } from '../stand-ins/frp-image.ts';
import { startFrpStandIn } from '../stand-ins/frp.ts';
import { startHostManager } from '../stand-ins/host-manager.ts';
import { createKeyMint } from '../stand-ins/key-mint.ts';
import { accessKeyOf, openKeyAuthority, plantAccessKey } from './access-key.ts';
import { practiceBenchmark } from './benchmark.ts';
import { found, fundHost } from './founding.ts';
import { openKeys } from './keys.ts';
import { type FromWorld, type WorldAddress, WorldOptions } from './messages.ts';
import { startPoster } from './poster.ts';
import { readPracticeImage } from './practice-image.ts';
import { sender } from './send.ts';

/*
 * The practice world, a process of its own: the chain, the stand-ins for the content service and the
 * host manager, and the poster. It lives as long as the channel to the host is open, and writes its
 * state before it ends, whether the host stopped or was killed.
 */

/** How long a world before this one may take to write its last state. */
const TAKEOVER_MS = 8_000;
/** A running chain makes dozens of blocks in this time. */
const WATCH_MS = 20_000;

try {
  await live(WorldOptions.parse(JSON.parse(process.argv[2] ?? '{}')));
} catch (error) {
  // What is for good is told; anything else ends the process, and the host starts another.
  if (!(error instanceof OffpeakError)) throw error;
  tell({ type: 'impossible', problem: error.toReport() });
  process.exitCode = 1;
  process.disconnect();
}

async function live(options: WorldOptions): Promise<void> {
  const at = (name: string) => join(options.folder, name);
  const release = await takeOver(options.folder);
  const keys = openKeys(at('keys.json'));
  const image = readPracticeImage(options.assets);
  const chain = await startChain({
    programFolder: options.assets,
    snapshotFile: at('chain.json.gz'),
  });
  const rpc = createRpc(chain.rpcUrl);
  const send = sender(rpc);
  const isFounded = !chain.fresh && (await rpc.getAccount(keys.market.address)) !== null;
  const accessKey = accessKeyOf(keys.market.address);
  const keyAuthority = openKeyAuthority(at('host-manager-key.json'));
  plantAccessKey(chain, accessKey, keyAuthority.address);
  if (!isFounded) await found(chain, keys, send, accessKey.collection);
  const content = await startContentServer(at('content'));
  const stopPoster = startPoster(
    {
      rpc,
      send,
      poster: keys.poster,
      market: keys.market.address,
      image: image.reference,
      store: (document) => content.add(document),
      counterFile: at('posted'),
    },
    (error) => process.stderr.write(`poster: ${String(error)}\n`),
  );
  const hostManager = await startHostManager({
    file: at('hosts.json'),
    market: { address: keys.market.address, name: 'Practice market' },
    benchmark: practiceBenchmark(image.reference),
    keyMint: createKeyMint({
      rpc,
      market: keys.market.address,
      mint: accessKey.mint,
      authority: keyAuthority,
    }),
    equip: (host) => fundHost(chain, rpc, host),
    rpcUrl: chain.rpcUrl,
  });
  const frp = await startFrpStandIn();
  endWhenFrozen(rpc);
  process.once('disconnect', () => {
    stopPoster();
    void hostManager.close();
    void frp.close();
    content.close();
    void chain.stop().finally(() => {
      release();
      process.exit(0);
    });
  });
  const { rpcUrl, wsUrl } = chain;
  const address: WorldAddress = {
    rpcUrl,
    wsUrl,
    contentUrl: content.url,
    hostManagerUrl: hostManager.url,
    tunnel: {
      image: readFrpClientImage(options.assets).reference,
      serverAddress: '127.0.0.1',
      serverPort: frp.controlPort,
      // Browsers lead all names under it to this computer.
      domain: 'localhost',
      httpPort: frp.publicPort,
      isOnThisComputer: true,
    },
  };
  // For people and tools that want to look at the practice chain themselves.
  writeFileSync(at('address.json'), JSON.stringify(address), { mode: 0o600 });
  tell({ type: 'up', address });
}

// A chain that stands still cannot be mended from inside: this process ends, the host starts another.
function endWhenFrozen(rpc: SolanaRpc): void {
  let height = -1;
  setInterval(() => {
    const limit = AbortSignal.timeout(WATCH_MS / 2);
    const frozen = new Promise<number>((_resolve, reject) => {
      limit.addEventListener('abort', () => reject(new Error('The chain does not answer.')));
    });
    Promise.race([rpc.getBlockHeight(), frozen]).then(
      (now) => {
        if (now <= height) fail('The chain stands still.');
        height = now;
      },
      (error: unknown) => fail(String(error)),
    );
  }, WATCH_MS);
}

function fail(reason: string): void {
  process.stderr.write(`practice: ${reason}\n`);
  process.exit(1);
}

// A host that was killed leaves a world that is still writing: this one waits for its end.
async function takeOver(folder: string): Promise<() => void> {
  const deadline = Date.now() + TAKEOVER_MS;
  for (;;) {
    try {
      return lockHome(folder);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

function tell(message: FromWorld): void {
  process.send?.(message);
}

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '../app/host.ts';
import { offpeakHome } from '../app/platform/platform.ts';
import { serveHttp } from '../app/serve/http-server.ts';
import type { HostAddress } from '../app/serve/remote-host.ts';
import { openLog } from './log.ts';
import { packageVersion } from './version.ts';

const root = join(import.meta.dirname, '..');

/** A host with its dashboard on loopback. */
export interface Headless {
  readonly url: string;
  /** Leaves the queue, hands back a running job, closes the dashboard. */
  stop(): Promise<void>;
}

/** Starts the host without a window and serves the interface. Throws `storage.*`, `serve.*`. */
export async function startHeadless(
  env: NodeJS.ProcessEnv,
  options: { port: number },
): Promise<Headless> {
  const home = offpeakHome(env);
  const host = createHost({
    home,
    assets: join(root, 'assets'),
    version: packageVersion(),
    env,
    log: openLog(home, { echo: true }),
  });
  await host.start();
  const dashboard = await serveHttp(host, {
    folder: join(root, 'dist', 'renderer'),
    port: options.port,
  }).catch(async (error: unknown) => {
    await host.stop({ handBack: false });
    throw error;
  });
  const addressFile = join(home, 'host.json');
  const { origin, token, url } = dashboard;
  const address: HostAddress = { origin, token, pid: process.pid };
  writeFileSync(addressFile, JSON.stringify(address), { mode: 0o600 });
  return {
    url,
    async stop() {
      rmSync(addressFile, { force: true });
      await host.stop({ handBack: true });
      await dashboard.close();
    },
  };
}

/** Resolves when the process is asked to stop; a second request ends it at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}

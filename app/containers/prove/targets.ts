import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { ProofTargets } from './attempts.ts';

/** Port on which the other job of a proof listens, inside its container. */
export const LISTENER_PORT = 7777;

interface Ground {
  readonly home: string;
  readonly router: readonly string[];
  /** Starts a container that answers every caller with the word; returns its address. */
  readonly startNeighbour: (word: string) => Promise<string>;
}

/** Puts up what the attempts are aimed at; `close` takes it down. Throws what the parts throw. */
export async function openTargets({
  home,
  router,
  startNeighbour,
}: Ground): Promise<{ targets: ProofTargets; close: () => Promise<void> }> {
  const word = `offpeak-${randomUUID()}`;
  const secretFile = join(home, `${word}.txt`);
  await writeFile(secretFile, `${word}\n`);
  const listener = createServer((socket) => socket.end(`${word}\n`));
  const close = async (): Promise<void> => {
    listener.close();
    await rm(secretFile, { force: true });
  };
  try {
    const port = await listenEverywhere(listener);
    // Without another job, the attempt to reach it cannot be made, which the proof then says.
    const neighbour = await startNeighbour(word).catch(() => null);
    const targets = {
      word,
      secretFile,
      computer: ['gateway', ...ownAddresses()].map((address) => `${address}:${port}`),
      otherJob: neighbour === null ? [] : [`${neighbour}:${LISTENER_PORT}`],
      router,
    };
    return { targets, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Listens on every address of this computer while the proof runs; returns the port. */
function listenEverywhere(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '0.0.0.0', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
}

/** IPv4 addresses of this computer, those of its container networks included. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((one) => one.family === 'IPv4' && !one.internal).map((one) => one.address);
}

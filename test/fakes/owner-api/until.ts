import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that real sockets bring about, some seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1000) throw new Error('What the test waits for never happened.');
    await sleep(5);
  }
}

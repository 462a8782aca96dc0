import { vi } from 'vitest';

const realTimeout = globalThis.setTimeout;
let threads = 0;
process.on('worker', (worker) => {
  threads += 1;
  worker.once('exit', () => (threads -= 1));
});

/** Timers and the date stand still until a test lets them go; disk and promises stay real. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
}

/**
 * Lets time pass in steps until the condition holds. Between the steps the real disk gets its
 * turns, so that no deadline passes while a file is written.
 */
export async function until(condition: () => boolean, stepMs = 500): Promise<void> {
  for (let step = 0; step < 20_000; step += 1) {
    await settled();
    if (condition()) return;
    // What has not come within some seconds waits for a long deadline: larger steps get there.
    await vi.advanceTimersByTimeAsync(step < 60 ? stepMs : stepMs * 20);
  }
  throw new Error('What the test waits for never happened.');
}

/** Lets so much time pass. */
export async function pass(ms: number): Promise<void> {
  const end = Date.now() + ms;
  await until(() => Date.now() >= end, Math.max(1, Math.min(ms, 1000)));
}

/** Lets everything run that needs no time, and disk and threads do what they were asked for. */
async function settled(): Promise<void> {
  for (let idle = 0, turn = 0; idle < 3 && turn < 20_000; turn += 1) {
    const isBusy = isBusyElsewhere();
    idle = isBusy ? 0 : idle + 1;
    await new Promise((resolve) => (isBusy ? realTimeout(resolve, 1) : setImmediate(resolve)));
  }
}

function isBusyElsewhere(): boolean {
  if (threads > 0) return true;
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|CloseReq|FileHandle)/.test(name));
}

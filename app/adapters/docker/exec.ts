import { setTimeout as sleep } from 'node:timers/promises';
import { Created, ExecState } from './answers.ts';
import { EngineFault } from './faults.ts';
import type { Wire } from './wire.ts';

const QUICK_MS = 10_000;
const POLL_MS = 50;

/**
 * Runs a short program in a running container, with the container's rights, and waits for its end.
 * Returns its exit code. Throws EngineFault, `timed-out` past `deadlineMs`.
 */
export async function execIn(
  wire: Wire,
  id: string,
  command: readonly string[],
  deadlineMs: number,
): Promise<number> {
  const create = {
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: { Cmd: command },
  } as const;
  const { Id } = await wire.ask(create, QUICK_MS, Created);
  const start = { method: 'POST', path: `/exec/${Id}/start`, body: { Detach: true } } as const;
  await wire.askText(start, QUICK_MS);
  const giveUpAt = performance.now() + deadlineMs;
  while (performance.now() < giveUpAt) {
    const look = { method: 'GET', path: `/exec/${Id}/json` } as const;
    const { Running, ExitCode } = await wire.ask(look, QUICK_MS, ExecState);
    if (!Running && ExitCode !== null) return ExitCode;
    await sleep(POLL_MS);
  }
  throw new EngineFault('timed-out', `A program in a container did not end in ${deadlineMs} ms`);
}

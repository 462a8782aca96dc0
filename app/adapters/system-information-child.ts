/*
 * A process of its own around systeminformation: sends one message per part (SystemPart in
 * system-information.ts) and is then killed by its parent.
 *
 * It is a process because several of these calls run programs with execSync and no time limit:
 * osInfo asks `hostname -f`, which waits for a DNS server that does not answer, and on macOS fsSize
 * waits for `diskutil`. Here that stops nobody: the parts that are likely to hang go last, and the
 * parent takes what has arrived at its deadline. `graphics()` is never called: it runs nvidia-smi in
 * the same way, and nvidia-smi has its own adapter.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { battery, cpu, fsSize, mem, osInfo, system } from 'systeminformation';
import { endWithParent } from '../platform/process-tree.ts';

// `df` waits for ever for a network disk that is gone; that must not cost the parts after it.
const PART_DEADLINE_MS = 2000;

endWithParent();
await send('memory', mem);
await send('disks', fsSize);
await send('battery', battery);
await send('cpu', cpu);
await send('machine', system);
await send('os', osInfo);
process.send?.({ part: 'end', value: null });

async function send(part: string, read: () => Promise<unknown>): Promise<void> {
  // A part that fails or is late is a part that is unknown.
  const late = delay(PART_DEADLINE_MS, null, { ref: false });
  const value = await Promise.race([read().catch(() => null), late]);
  process.send?.({ part, value });
}

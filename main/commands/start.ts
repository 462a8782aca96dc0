import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startHeadless, untilSignal } from '../headless.ts';
import { type CliContext, type CliResult, numberFlag } from './context.ts';

/**
 * `offpeak start`: lends until it is told to stop. Without a desktop app beside it, and always
 * with `--headless`, the interface is served on loopback and its address printed.
 */
export async function start(context: CliContext): Promise<CliResult> {
  const port = numberFlag(context.values.port, 'port', { min: 0, max: 65535, otherwise: 0 });
  const headless = await startHeadless(context.env, { port });
  process.stderr.write(`Offpeak is running. Open ${headless.url}\n`);
  if (!existsSync(join(import.meta.dirname, '..', '..', 'dist', 'renderer', 'index.html'))) {
    process.stderr.write('The interface is not built yet: run "npm run build" once.\n');
  }
  // Scripts read the address from the one document on stdout; it is printed before the wait.
  if (context.values.json) process.stdout.write(`${JSON.stringify({ url: headless.url })}\n`);
  const signal = await untilSignal();
  process.stderr.write(`Stopping (${signal}): leaving the queue and handing back.\n`);
  await headless.stop();
  return { exitCode: 0, json: undefined, text: '' };
}

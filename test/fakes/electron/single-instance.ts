import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** What a second start tells the first. */
export interface SecondStart {
  argv: string[];
  cwd: string;
  data: unknown;
}

/** Taken before the command line puts the stand-in's own path there. */
const NODE = process.execPath;

/** Run by a second start: hands its message over and ends. */
const HAND_OVER = `
  const [address, message] = process.argv.slice(1);
  require('net').connect('\\0' + address).on('error', () => process.exit(1)).end(message);`;

/**
 * Takes the lock of that folder, or null when another process has it (it has then been told).
 * The lock is an abstract Linux socket: it has no file, and the kernel frees it however we end.
 */
export function takeLock(
  folder: string,
  start: SecondStart,
  onSecond: (start: SecondStart) => void,
): Server | null {
  const address = `electron-stand-in-${createHash('sha256').update(folder).digest('hex')}`;
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => {
      const message: unknown = JSON.parse(text);
      if (isSecondStart(message)) onSecond(message);
    });
  });
  server.on('error', () => undefined); // EADDRINUSE, which `listening` tells at once
  server.listen(`\0${address}`).unref();
  if (server.listening) return server;
  spawnSync(NODE, ['-e', HAND_OVER, address, JSON.stringify(start)], { timeout: 10_000 });
  return null;
}

function isSecondStart(value: unknown): value is SecondStart {
  return typeof value === 'object' && value !== null && 'argv' in value;
}

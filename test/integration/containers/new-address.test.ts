import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox, openRoom, shell, started, whyNoEngine } from './engine-kit.ts';

const reason =
  (await whyNoEngine()) ?? (process.getuid?.() === 0 ? null : 'only root can add an address');
/** A public address that nobody here uses otherwise; it lives on this computer for the test alone. */
const ADDRESS = '198.51.99.77';

describe.skipIf(reason !== null)(
  `a computer that comes to a new public address${reason === null ? '' : ` (${reason})`}`,
  () => {
    const own: string[] = [];
    const room = openRoom({ ownAddresses: () => own, timing: { watchMs: 200 } });
    const server = createServer((socket) => socket.end('this computer\n'));

    beforeAll(async () => {
      await importBusybox();
      execFileSync('ip', ['addr', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
      await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve));
    });
    afterAll(async () => {
      server.close();
      execFileSync('ip', ['addr', 'del', `${ADDRESS}/32`, 'dev', 'lo']);
      await room.sweep([]);
      await room.close();
    });

    it('closes it to a job that runs already', async () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      const knock = `nc -w 1 ${ADDRESS} ${port} </dev/null 2>/dev/null || echo closed`;
      const container = await started(room, shell(`while true; do ${knock}; sleep 0.2; done`));
      const heard: string[] = [];
      const over = new AbortController();
      const onLine = ({ text }: { text: string }): void => void heard.push(text);
      const following = room.followLogs(container, { since: null, skip: 0, onLine }, over.signal);
      // As long as nobody says that it is this computer's, it is an address like any other.
      await expect.poll(() => heard.at(-1), { timeout: 20_000 }).toBe('this computer');
      const stop = room.watch(() => undefined);
      own.push(`${ADDRESS}/32`);
      await expect.poll(() => heard.at(-1), { timeout: 20_000 }).toBe('closed');
      stop();
      over.abort();
      await following;
    });
  },
);

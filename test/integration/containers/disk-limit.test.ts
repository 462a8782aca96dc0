import { describe, expect, it } from 'vitest';
import type { ContainerEnd } from '../../../app/jobs/ports.ts';
import { importBusybox, openRoom, patient, shell, started, whyNoEngine } from './engine-kit.ts';
import {
  type FileSystem,
  startPrivateEngine,
  whyNoDisk,
  whyNoPrivateEngine,
} from './private-engine.ts';

const MIB = 1024 ** 2;
/** A share of 64 MiB. */
const FREE_BYTES = 128 * MIB;
const GREEDY =
  'i=0; while [ $i -lt 8 ]; do dd if=/dev/zero of=/f$i bs=1M count=32 2>&1 | grep -i -E "space|quota"; sleep 1; i=$((i+1)); done; echo all of it';

const engineReason = (await whyNoEngine()) ?? whyNoPrivateEngine();

async function greedyJob(fileSystem: FileSystem): Promise<{ end: ContainerEnd; out: string }> {
  const engine = await startPrivateEngine({ fileSystem });
  const room = openRoom({
    socket: engine.socket,
    freeDiskBytes: () => Promise.resolve(FREE_BYTES),
    timing: { diskMs: 300 },
  });
  try {
    await importBusybox(engine.socket);
    const container = await started(room, shell(GREEDY));
    const ended = room.waitForExit(container, patient());
    let out = '';
    const onLine = ({ text }: { text: string }): void => void (out += `${text}\n`);
    await room.followLogs(container, { since: null, skip: 0, onLine }, patient());
    return { end: await ended, out };
  } finally {
    await room.sweep([]);
    await room.close();
    await engine.remove();
  }
}

function skipped(fileSystem: FileSystem): string | null {
  return engineReason ?? whyNoDisk(fileSystem);
}

describe('a job that writes more than its share of the disk', () => {
  it.skipIf(skipped('btrfs') !== null)(
    `is held back by a storage that can count (${skipped('btrfs') ?? 'btrfs'})`,
    async () => {
      const { end, out } = await greedyJob('btrfs');
      expect(out).toMatch(/quota|space/i);
      expect(end).toMatchObject({ state: 'exited', diskExceeded: false });
    },
  );

  it.skipIf(skipped('xfs') !== null)(
    `is ended with the reason by a storage that cannot, whatever it seemed to promise (${skipped('xfs') ?? 'xfs'})`,
    async () => {
      const { end, out } = await greedyJob('xfs');
      expect(out).not.toContain('all of it');
      expect(end).toMatchObject({ state: 'exited', exitCode: 137, diskExceeded: true });
    },
  );
});

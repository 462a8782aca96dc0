import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContainersRoom } from '../../app/containers/room.ts';
import { readPracticeImage } from '../../app/network/practice/practice-image.ts';
import { openContainers } from '../../app/rooms.ts';

const assets = join(import.meta.dirname, '..', '..', 'assets');

/** The engine for one command of the owner, apart from a running host; `close` it in the end. */
export function openOwnContainers(env: NodeJS.ProcessEnv): ContainersRoom {
  return openContainers(
    { env, assets },
    {
      hostId: randomUUID(),
      bundled: () => [readPracticeImage(join(assets, 'practice'))],
      internet: () => 'filtered',
      // The owner's own job may use the owner's own images.
      imageRecords: null,
    },
  );
}

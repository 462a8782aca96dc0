import { describe, expect, it } from 'vitest';
import { ContainersRoom } from '../../../app/containers/room.ts';

describe('the containers room without any engine', () => {
  const room = new ContainersRoom({
    places: () => [],
    os: 'linux',
    isInstalled: () => Promise.resolve(false),
    hostId: 'host',
    bundled: () => [],
    guardImage: () => ({ reference: 'guard', archivePath: '', imageId: '' }),
    internet: () => 'filtered',
    ownAddresses: () => [],
    imageRecords: null,
    seccompFile: () => null,
    freeDiskBytes: () => Promise.resolve(null),
    computer: { memoryBytes: 8e9, cores: 4 },
  });

  it('says so in every answer, and promises the same isolation', async () => {
    const missing = { ok: false, problem: { code: 'containers.engine-missing' } };
    const signal = new AbortController().signal;
    expect(room.status()).toBeNull();
    expect(await room.checkEngine()).toMatchObject(missing);
    expect(room.status()).toMatchObject(missing);
    expect(
      await room.ensureImage({ image: 'a:1', login: null }, () => undefined, signal),
    ).toMatchObject(missing);
    expect(await room.sweep([])).toMatchObject({ removed: [], problem: missing.problem });
    await expect(room.find('run', 'op')).rejects.toMatchObject(missing.problem);
    await expect(room.cleanUp('run')).rejects.toMatchObject(missing.problem);
    expect(room.isolation(true)).toHaveLength(8);
  });
});

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { PullProgress } from '../../../app/contract/job.ts';
import type { PullResult } from '../../../app/jobs/ports.ts';
import { openRoom, patient, raw } from './engine-kit.ts';
import { PrivatePodman, whyNoPodman } from './private-podman.ts';
import { openRegistry } from './slow-registry.ts';

const reason = whyNoPodman();
const why = reason === null ? '' : ` (${reason})`;

describe.skipIf(reason !== null)(`an image that Podman fetches${why}`, () => {
  let registry: Awaited<ReturnType<typeof openRegistry>>;
  let podman: PrivatePodman;
  let room: ContainersRoom;

  beforeAll(async () => {
    registry = await openRegistry(tarOfRandomBytes(3_000_000));
    // It speaks without TLS to registries only that it was told of.
    podman = new PrivatePodman({ registry: registry.image.split('/')[0] ?? '' });
    await podman.start();
    room = openRoom({ socket: podman.socket, timing: { pullStallMs: 4_000 } });
  }, 60_000);
  afterEach(async () => {
    const { behaviour } = registry;
    delete behaviour.stallAfterBytes;
    delete behaviour.trickles;
    delete behaviour.restMs;
    delete behaviour.refusal;
    await raw('DELETE', `/images/${registry.image}?force=1`, undefined, podman.socket);
  });
  afterAll(async () => {
    registry.close();
    await podman.remove();
  });

  it('is pulled with its size, and is there at once the second time', async () => {
    // Podman tells how far it is once a second, and nothing of what takes less.
    registry.behaviour.restMs = 2_500;
    const seen: PullProgress[] = [];
    const first = await ensure((one) => seen.push(one));
    expect(first).toMatchObject({ ok: true });
    if (first.ok) expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(seen.some(({ receivedBytes }) => receivedBytes > 0)).toBe(true);
    const last = seen.at(-1);
    expect(last?.receivedBytes).toBe(last?.totalBytes);
    expect(last?.totalBytes).toBeGreaterThan(3_000_000);

    registry.behaviour.refusal = { status: 503, code: 'UNAVAILABLE' };
    expect(await ensure(() => expect.fail('no progress'))).toEqual(first);
  });

  it('is given up when nothing comes any more', async () => {
    registry.behaviour.stallAfterBytes = 500_000;
    expect(await ensure(() => undefined)).toMatchObject({
      ok: false,
      problem: { code: 'containers.pull-stalled' },
    });
  });

  it('is no longer pulled by the engine when the owner takes the card back', async () => {
    registry.behaviour.trickles = true;
    const stop = new AbortController();
    const pull = ensure(() => undefined, stop.signal);
    await expect.poll(registry.isTransferring, { timeout: 20_000 }).toBe(true);
    stop.abort();
    expect(await pull).toMatchObject({ ok: false, problem: { code: 'containers.stopped' } });
    await expect.poll(registry.isTransferring, { timeout: 20_000 }).toBe(false);
  });

  // Of 429 Podman says nothing: it asks again for two minutes, and the pull counts as stalled.
  it.each([
    [404, 'MANIFEST_UNKNOWN', 'containers.image-missing'],
    [404, 'NAME_UNKNOWN', 'containers.image-missing'],
    [401, 'UNAUTHORIZED', 'containers.image-private'],
    [403, 'DENIED', 'containers.image-private'],
    [503, 'UNAVAILABLE', 'containers.registry-unreachable'],
  ])('that the registry refuses with %i %s is reported as %s', async (status, code, expected) => {
    registry.behaviour.refusal = { status, code };
    expect(await ensure(() => undefined)).toMatchObject({ ok: false, problem: { code: expected } });
  });

  function ensure(
    onProgress: (progress: PullProgress) => void,
    signal = patient(),
  ): Promise<PullResult> {
    return room.ensureImage({ image: registry.image, login: null }, onProgress, signal);
  }
});

/** Random, so that the layer cannot be compressed. */
function tarOfRandomBytes(bytes: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-images-'));
  try {
    writeFileSync(join(folder, 'random'), randomBytes(bytes));
    return execFileSync('tar', ['-C', folder, '-c', 'random'], { maxBuffer: 64 * 1024 ** 2 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

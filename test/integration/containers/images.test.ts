import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundledImage } from '../../../app/containers/shapes.ts';
import type { PullProgress } from '../../../app/contract/job.ts';
import { importAs, openRoom, patient, raw, whyNoEngine } from './engine-kit.ts';
import { openRegistry } from './slow-registry.ts';

const reason = await whyNoEngine();
const BUNDLED = 'offpeak-test/bundled:1';

describe.skipIf(reason !== null)(`an image${reason === null ? '' : ` (${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-images-'));
  let registry: Awaited<ReturnType<typeof openRegistry>>;

  // A new layer each time: the engine would share a download that a former test left hanging.
  beforeEach(async () => {
    registry = await openRegistry(tarOfRandomBytes(folder, 3_000_000));
  });
  afterEach(async () => {
    registry.close();
    await raw('DELETE', `/images/${registry.image}?force=1`);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await raw('DELETE', `/images/${BUNDLED}?force=1`);
  });

  it('is pulled with progress, and is there at once the second time', async () => {
    const room = openRoom();
    const seen: PullProgress[] = [];
    const first = await room.ensureImage(
      { image: registry.image, login: null },
      (one) => seen.push(one),
      patient(),
    );
    expect(first).toMatchObject({ ok: true });
    if (first.ok) expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(seen.at(-1)).toMatchObject({ image: registry.image, layers: 1, layersDone: 1 });
    expect(seen.at(-1)?.receivedBytes).toBe(seen.at(-1)?.totalBytes);
    expect(seen.at(-1)?.totalBytes).toBeGreaterThan(3_000_000);

    registry.behaviour.refusal = { status: 503, code: 'UNAVAILABLE' };
    const again = await room.ensureImage(
      { image: registry.image, login: null },
      () => expect.fail('no progress'),
      patient(),
    );
    expect(again).toEqual(first);
  });

  it('is given up when nothing comes any more', async () => {
    registry.behaviour.stallAfterBytes = 500_000;
    const room = openRoom({ timing: { pullStallMs: 1500 } });
    expect(
      await room.ensureImage({ image: registry.image, login: null }, () => undefined, patient()),
    ).toMatchObject({
      ok: false,
      problem: { code: 'containers.pull-stalled' },
    });
  });

  it('is no longer pulled by the engine when the owner takes the card back', async () => {
    registry.behaviour.trickles = true;
    const stop = new AbortController();
    const pull = openRoom().ensureImage(
      { image: registry.image, login: null },
      () => undefined,
      stop.signal,
    );
    await expect.poll(registry.isTransferring, { timeout: 20_000 }).toBe(true);
    stop.abort();
    expect(await pull).toMatchObject({ ok: false, problem: { code: 'containers.stopped' } });
    await expect.poll(registry.isTransferring, { timeout: 20_000 }).toBe(false);
    expect((await raw('GET', `/images/${registry.image}/json`)).status).toBe(404);
  });

  it.each([
    [404, 'MANIFEST_UNKNOWN', 'containers.image-missing'],
    [404, 'NAME_UNKNOWN', 'containers.image-missing'],
    [401, 'UNAUTHORIZED', 'containers.image-private'],
    [403, 'DENIED', 'containers.image-private'],
    [429, 'TOOMANYREQUESTS', 'containers.registry-busy'],
  ])('that the registry refuses with %i %s is reported as %s', async (status, code, expected) => {
    registry.behaviour.refusal = { status, code };
    const result = await openRoom().ensureImage(
      { image: registry.image, login: null },
      () => undefined,
      patient(),
    );
    expect(result).toMatchObject({ ok: false, problem: { code: expected } });
  });

  it('of a registry that is not there is reported so, and a senseless name never leaves this room', async () => {
    const room = openRoom();
    const none = await room.ensureImage(
      { image: '127.0.0.1:1/a:1', login: null },
      () => undefined,
      patient(),
    );
    expect(none).toMatchObject({ ok: false, problem: { code: 'containers.registry-unreachable' } });
    const senseless = await room.ensureImage(
      { image: '../../containers/json?', login: null },
      () => undefined,
      patient(),
    );
    expect(senseless).toMatchObject({ ok: false, problem: { code: 'containers.image-missing' } });
  });

  describe('that comes with Offpeak', () => {
    it('is loaded from its archive, and loaded again where the name means something else', async () => {
      const bundled = await bundledImage(folder);
      await raw('DELETE', `/images/${BUNDLED}?force=1`);
      const room = openRoom({ bundled: () => [bundled] });
      const expected = { ok: true, imageId: bundled.imageId, digest: null };
      expect(
        await room.ensureImage({ image: BUNDLED, login: null }, () => undefined, patient()),
      ).toEqual(expected);
      expect(
        await room.ensureImage({ image: BUNDLED, login: null }, () => undefined, patient()),
      ).toEqual(expected);

      const other = await importAs(BUNDLED);
      expect((await raw('GET', `/images/${BUNDLED}/json`)).text).not.toContain(bundled.imageId);
      expect(
        await room.ensureImage({ image: BUNDLED, login: null }, () => undefined, patient()),
      ).toEqual(expected);
      await raw('DELETE', `/images/${other}?force=1`);
    });

    it('is not run when the archive is damaged, missing or another one', async () => {
      await raw('DELETE', `/images/${BUNDLED}?force=1`);
      const bundled = await bundledImage(folder);
      const damaged = join(folder, 'damaged.tar');
      writeFileSync(damaged, randomBytes(4096));
      for (const one of [
        { ...bundled, archivePath: damaged, imageId: 'sha256:0' },
        { ...bundled, archivePath: join(folder, 'none.tar'), imageId: 'sha256:0' },
        { ...bundled, imageId: `sha256:${'0'.repeat(64)}` },
      ]) {
        const room = openRoom({ bundled: () => [one] });
        expect(
          await room.ensureImage({ image: BUNDLED, login: null }, () => undefined, patient()),
        ).toMatchObject({
          ok: false,
          problem: { code: 'containers.archive-damaged' },
        });
      }
    });
  });
});

/** An archive as `docker save` writes it, and the id of the image in it. */
async function bundledImage(folder: string): Promise<BundledImage> {
  const imageId = await importAs(BUNDLED);
  const archivePath = join(folder, 'bundled.tar');
  writeFileSync(archivePath, (await raw('GET', `/images/${BUNDLED}/get`)).bytes);
  return { reference: BUNDLED, archivePath, imageId };
}

/** Random, so that the layer is new to the engine and cannot be compressed. */
function tarOfRandomBytes(folder: string, bytes: number): Buffer {
  writeFileSync(join(folder, 'random'), randomBytes(bytes));
  return execFileSync('tar', ['-C', folder, '-c', 'random'], { maxBuffer: 64 * 1024 ** 2 });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openImageRecords } from '../../../app/containers/image-records.ts';
import { proveIsolation } from '../../../app/containers/prove/prove.ts';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import { ResourcesRoom } from '../../../app/resources/resources-room.ts';
import { openDatabase } from '../../../app/storage/database.ts';
import { offpeak } from '../../fakes/host/real-host.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { Belongings, endpointsAt, HERE } from '../../fakes/resources/kit.ts';
import { S3Store } from '../../fakes/resources/s3-store.ts';
import {
  IMAGE,
  importBusybox,
  newId,
  openRoom,
  patient,
  raw,
  roomOptions,
  shell,
  started,
  whyNoEngine,
} from '../containers/engine-kit.ts';
import { Foreign } from './foreign.ts';
import { belongingsOf } from './leftovers.ts';
import { env } from './scripts.ts';
import { LOGIN, Shop } from './shop.ts';

/*
 * The owner uses the engine, too. Whatever of Offpeak cleans up, what is not Offpeak's lives on,
 * however much it looks like it.
 */

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `what is not ours${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const hostId = newId('host');
    const belongings = new Belongings();
    const records = openImageRecords(openDatabase(':memory:'));
    const room = openRoom({ hostId, imageRecords: records });
    let shop: Shop;
    let foreign: Foreign;
    beforeAll(async () => {
      await importBusybox();
      shop = await Shop.open();
      foreign = await Foreign.put({ besides: hostId });
    });
    afterAll(async () => {
      await room.sweep([]);
      await room.close();
      for (const { volume } of await room.volumes.list()) await room.volumes.remove(volume);
      await foreign.remove();
      await shop.close();
      await belongings.clear();
    });

    async function get(
      of: ContainersRoom,
      image: string,
      login: typeof LOGIN | null,
    ): Promise<void> {
      const request = { image, login: login === null ? null : { ...login, server: '' } };
      const result = await of.ensureImage(request, () => undefined, patient());
      if (!result.ok) throw new Error(result.problem.message);
    }

    it('lives on when a run is cleaned up, with its volumes and private images', async () => {
      const { image, privateImage } = shop;
      // The owner has an image that a job fetches with a password, too.
      await get(openRoom(), image, null);
      await get(room, image, LOGIN);
      await get(room, privateImage, LOGIN);
      await foreign.nameImage(privateImage);
      const volumes = [{ name: 'v', dest: '/data/v' }];
      const spec = shell('sleep 300', { volumes, image: privateImage });
      await started(room, spec);
      await room.cleanUp(spec.run, [privateImage, image]);
      expect((await raw('GET', `/images/${privateImage}/json`)).status).toBe(404);
      expect((await raw('GET', `/images/${image}/json`)).status).toBe(200);
      await foreign.expectAlive();
    });

    it('lives on when the engine is swept, of runs and of writers', async () => {
      await started(room, shell('sleep 300', { volumes: [{ name: 'v', dest: '/data/v' }] }));
      const labels = { 'io.offpeak.host': hostId, 'io.offpeak.writer': 'yes' };
      await raw('POST', '/containers/create', { Image: IMAGE, Cmd: ['true'], Labels: labels });
      expect(await belongingsOf(hostId)).toMatchObject({ writers: [expect.any(String)] });
      await openRoom({ hostId }).sweep([]);
      expect(await belongingsOf(hostId)).toMatchObject({ ofRuns: [], writers: [], spare: [] });
      await foreign.expectAlive();
    });

    it('lives on when the cache makes room, and when it looks for strays', async () => {
      const store = belongings.server(await new S3Store().start());
      for (const name of ['a', 'b']) store.put('models', `${name}/file`, name.repeat(100));
      const resources = new ResourcesRoom({
        db: openDatabase(':memory:'),
        volumes: room.volumes,
        endpoints: endpointsAt(store.server),
        web: HERE,
        quotaBytes: () => 150,
      });
      for (const name of ['a', 'b']) {
        const resource = { type: 'S3', target: '/m', url: `s3://models/${name}` } as const;
        const result = await resources.ensure({ run: 'r', resource }, () => undefined, patient());
        expect(result.ok).toBe(true);
        resources.release('r');
      }
      expect(await room.volumes.list()).toHaveLength(1);
      // Another memory: for it, all that is there is a stray.
      await new ResourcesRoom({ db: openDatabase(':memory:'), volumes: room.volumes }).reconcile();
      expect(await room.volumes.list()).toEqual([]);
      await foreign.expectAlive();
    });

    it('lives on when what is kept ready is let go, and when the isolation is proved', async () => {
      await room.checkEngine();
      expect((await belongingsOf(hostId)).spare).not.toEqual([]);
      await room.close();
      expect((await belongingsOf(hostId)).spare).toEqual([]);
      const report = await proveIsolation({
        ...roomOptions(),
        home: belongings.folder(),
        router: [],
        only: ['files', 'shared-cache', 'other-jobs'],
        signal: patient(),
      });
      expect(report.results).toHaveLength(3);
      await foreign.expectAlive();
    });

    it('lives on beside the command line: run, doctor and prove', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'offpeak-foreign-'));
      const file = join(folder, 'job.json');
      const definition = job([
        { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
        operation('say', { image: IMAGE, env, cmd: 'echo hello' }),
      ]);
      writeFileSync(file, JSON.stringify(definition));
      const own = { OFFPEAK_HOME: folder };
      const [ran, doctor, proved] = await Promise.all([
        offpeak(['run', file, '--json'], own),
        offpeak(['doctor', '--json'], own),
        offpeak(['prove', '--json'], own),
      ]);
      rmSync(folder, { recursive: true });
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('hello') as string });
      expect(doctor.stdout).toContain('"engine"');
      expect(proved.stdout).toContain('"isolated"');
      await foreign.expectAlive();
    });
  },
);

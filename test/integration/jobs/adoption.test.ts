import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JobsRoom } from '../../../app/jobs/jobs-room.ts';
import { runLocally } from '../../../app/jobs/local-run.ts';
import { openDatabase, type Database } from '../../../app/storage/database.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { FakeResources } from '../../fakes/jobs/fake-resources.ts';
import { FakeNetwork } from '../../fakes/network/fake-network.ts';
import { IMAGE, importBusybox, newId, openRoom, whyNoEngine } from '../containers/engine-kit.ts';

/* The jobs room on a real engine; only the network is a fake. */

const reason = await whyNoEngine();
const args = { image: IMAGE, env: { PATH: '/bin' } };

describe.skipIf(reason !== null)(
  `jobs on a real engine${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const engine = openRoom({ hostId: newId('host') });
    let home: string;
    let db: Database;
    let network: FakeNetwork;
    let room: JobsRoom;

    beforeAll(() => importBusybox());
    afterAll(async () => {
      await engine.sweep([]);
    });
    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), 'offpeak-jobs-'));
      db = openDatabase(join(home, 'offpeak.db'));
      network = new FakeNetwork({ now: () => Date.now() });
      room = start();
    });
    afterEach(async () => {
      await room.stop();
      db.close();
      rmSync(home, { recursive: true, force: true });
    });

    function start(): JobsRoom {
      const policy = () => ({ cards: [], hostAddress: 'host' });
      const resources = new FakeResources();
      return new JobsRoom({ db, home, network, engine, resources, policy, log: () => undefined });
    }

    async function until(condition: () => boolean): Promise<void> {
      for (let tries = 0; !condition(); tries += 1) {
        if (tries > 3000) throw new Error('What the test waits for never happened.');
        await sleep(20);
      }
    }

    async function printed(run: string, id: string): Promise<string[]> {
      const { lines } = await room.log({ run, from: 0, maxBytes: 1_000_000 });
      return lines.filter((line) => line.operation === id).map(({ text }) => text);
    }

    const isClosed = (run: string) => () => room.get(run).outcome !== null;

    it('keep every line once, however often the host goes away and comes back', async () => {
      const count = 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; sleep 0.01; done';
      const offer = network.assign(job([operation('count', { ...args, cmd: count })]));
      room.take(offer);
      for (let restart = 0; restart < 4; restart += 1) {
        const before = room.current()?.logBytes ?? 0;
        await until(() => (room.current()?.logBytes ?? 0) > before);
        await room.stop();
        await sleep(300);
        room = start();
        room.recover();
      }
      await until(isClosed(offer.run));
      expect(room.get(offer.run)).toMatchObject({ outcome: 'paid', status: 'success' });
      const expected = Array.from({ length: 400 }, (_, index) => `${index + 1}`);
      expect(await printed(offer.run, 'count')).toEqual(expected);
      expect(network.landed(offer.run)).toBe(1);
      expect(await engine.find(offer.run, 'count')).toBeNull();
    });

    it('share volumes and find each other by name', async () => {
      const volumes = [{ name: 'data', dest: '/data' }];
      const serve = 'echo hello > /data/file; while true; do nc -l -p 8000 < /data/file; done';
      const ask =
        'for i in 1 2 3 4 5 6 7 8 9; do nc -w 2 %%ops.serve.host%% 8000 && break; sleep 0.5; done; cat /data/file';
      const offer = network.assign(
        job([
          { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
          operation('serve', { ...args, cmd: serve, volumes }, { group: 'pair', depends_on: [] }),
          operation(
            'ask',
            { ...args, cmd: ask, volumes },
            { group: 'pair', depends_on: ['serve'] },
          ),
        ]),
      );
      room.take(offer);
      await until(() => room.current()?.operations[2]?.state === 'ended');
      expect(await printed(offer.run, 'ask')).toEqual(['hello', 'hello']);
      room.handBack('The test is over.');
      await until(isClosed(offer.run));
      expect(room.get(offer.run)).toMatchObject({ outcome: 'handed-back', status: 'stopped' });
    });

    it('run without any network, too', async () => {
      const definition = job([
        operation('say', { ...args, cmd: 'echo out; echo err >&2; exit 3' }),
      ]);
      const result = await runLocally(Buffer.from(JSON.stringify(definition)), {
        engine,
        resources: new FakeResources(),
        home,
        cards: [],
        onLine: () => undefined,
        signal: new AbortController().signal,
      });
      expect(result).toMatchObject({ status: 'failed', opStates: [{ exitCode: 3 }] });
      const logs = result.opStates[0]?.logs.map(({ type, log }) => `${type} ${log}`);
      expect(logs?.toSorted()).toEqual(['stderr err', 'stdout out']);
    });
  },
);

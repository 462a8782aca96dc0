import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runLocally } from '../../../app/jobs/local-run.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { FakeResources } from '../../fakes/jobs/fake-resources.ts';
import { importBusybox, newId, openRoom, whyNoEngine } from '../containers/engine-kit.ts';
import { busybox as args, JobsOnEngine, until } from './jobs-kit.ts';

/* The jobs room on a real engine; only the network is a fake. */

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `jobs on a real engine${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const engine = openRoom({ hostId: newId('host') });
    let host: JobsOnEngine;

    beforeAll(() => importBusybox());
    afterAll(async () => {
      await engine.sweep([]);
    });
    beforeEach(() => {
      host = new JobsOnEngine(engine);
    });
    afterEach(() => host.end());

    it('keep every line once, however often the host goes away and comes back', async () => {
      const count = 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; sleep 0.01; done';
      const offer = host.network.assign(job([operation('count', { ...args, cmd: count })]));
      host.room.take(offer);
      for (let restart = 0; restart < 4; restart += 1) {
        const before = host.room.current()?.logBytes ?? 0;
        await until(() => (host.room.current()?.logBytes ?? 0) > before);
        await host.comeBack(300);
      }
      await host.untilClosed(offer.run);
      expect(host.history.get(offer.run)).toMatchObject({ outcome: 'paid', status: 'success' });
      const expected = Array.from({ length: 400 }, (_, index) => `${index + 1}`);
      expect(await host.printed(offer.run, 'count')).toEqual(expected);
      expect(host.network.landed(offer.run)).toBe(1);
      expect(await engine.find(offer.run, 'count')).toBeNull();
    });

    it('share volumes and find each other by name', async () => {
      const volumes = [{ name: 'data', dest: '/data' }];
      const serve = 'echo hello > /data/file; while true; do nc -l -p 8000 < /data/file; done';
      const ask =
        'for i in 1 2 3 4 5 6 7 8 9; do nc -w 2 %%ops.serve.host%% 8000 && break; sleep 0.5; done; cat /data/file';
      const offer = host.network.assign(
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
      host.room.take(offer);
      await until(() => host.room.current()?.operations[2]?.state === 'ended');
      expect(await host.printed(offer.run, 'ask')).toEqual(['hello', 'hello']);
      host.room.handBack('The test is over.');
      await host.untilClosed(offer.run);
      expect(host.history.get(offer.run)).toMatchObject({
        outcome: 'handed-back',
        status: 'stopped',
      });
    });

    it('are made of what those before them printed, and leave results behind', async () => {
      const seed = {
        ...operation('seed', {
          ...args,
          cmd: 'echo word=hello; echo --loud >&2; echo "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"',
        }),
        results: {
          word: '^word=(.*)$',
          flags: { regex: '^--.*', logType: ['stderr'] },
          hostile: '^(a+)+$',
        },
      };
      const say = {
        ...operation('say', {
          ...args,
          cmd: ['echo', '%%ops.seed.results.flags%%', 'x%%ops.seed.results.word.1%%'],
        }),
      };
      const offer = host.network.assign(job([seed, say]));
      host.room.take(offer);
      await host.untilClosed(offer.run);
      expect(host.history.get(offer.run)).toMatchObject({ outcome: 'paid', status: 'success' });
      expect(await host.printed(offer.run, 'say')).toEqual(['--loud xhello']);
      expect(host.network.result(offer.run)).toMatchObject({
        opStates: [
          {
            results: {
              word: ['word=hello', 'hello'],
              flags: ['--loud'],
              hostile: 'This pattern took longer than 2 seconds and was stopped.',
            },
          },
          { exitCode: 0 },
        ],
      });
    });

    it('run without any network, too', async () => {
      const definition = job([
        operation('say', { ...args, cmd: 'echo out; echo err >&2; exit 3' }),
      ]);
      const result = await runLocally(Buffer.from(JSON.stringify(definition)), {
        engine,
        resources: new FakeResources(),
        home: host.home,
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

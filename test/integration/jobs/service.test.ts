import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { importBusybox, newId, openRoom, whyNoEngine } from '../containers/engine-kit.ts';
import { busybox, JobsOnEngine, until } from './jobs-kit.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `services on a real engine${reason === null ? '' : ` (skipped: ${reason})`}`,
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

    it('are started again with their files, their whole log, and the host away in between', async () => {
      const cmd =
        'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n; echo run $n; sleep 1; echo end $n; [ $n -ge 4 ]';
      const restart_policy = { policy: 'on-failure', restart_tries: 5 };
      const offer = host.network.assign(
        job([operation('train', { ...busybox, cmd, restart_policy })]),
      );
      host.room.take(offer);
      await until(() => host.room.current()?.operations[0]?.restarts === 1);
      await host.comeBack(2500);
      await host.untilClosed(offer.run);
      expect(host.history.get(offer.run)).toMatchObject({
        status: 'success',
        operations: [{ restarts: 3, exitCode: 0 }],
      });
      const runs = [1, 2, 3, 4].flatMap((n) => [`run ${n}`, `end ${n}`]);
      expect(await host.printed(offer.run, 'train')).toEqual(runs);
    });

    it('are asked whether they are up, and reached at the address that is shown', async () => {
      const answer = "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'";
      const cmd = `sleep 2; while true; do ${answer} | nc -l -p 8080; done`;
      const check = {
        type: 'http',
        path: '/',
        method: 'GET',
        expected_status: 200,
        continuous: true,
      };
      const expose = { port: 8080, health_checks: [check] };
      const offer = host.network.assign(
        job([
          operation('serve', { ...busybox, cmd, expose }, { group: 'all' }),
          operation(
            'ask',
            { ...busybox, cmd: 'echo it is up' },
            { group: 'all', depends_on: ['serve'] },
          ),
        ]),
      );
      host.room.take(offer);
      await until(() => host.room.current()?.operations[1]?.state === 'ended');
      const [endpoint] = host.room.current()?.operations[0]?.endpoints ?? [];
      expect(endpoint).toMatchObject({ port: 8080, status: 'online' });
      const response = await fetch(endpoint?.url ?? '');
      expect(await response.text()).toBe('ok');
      host.room.handBack('The test is over.');
      await host.untilClosed(offer.run);
    });
  },
);

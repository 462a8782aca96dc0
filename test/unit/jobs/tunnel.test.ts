import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exposeId } from '../../../app/jobs/definition/expose-id.ts';
import { FakeTunnels } from '../../fakes/jobs/fake-tunnels.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;
let tunnels: FakeTunnels;

beforeEach(async () => {
  stopTime();
  world = new World();
  tunnels = new FakeTunnels();
  await world.room.stop();
  world.tunnels = tunnels;
  world.start();
  world.engine.scripts.set('train', { lines: [], runMs: 'until-stopped' });
  world.engine.endpoints.set('train:80', { host: '127.0.0.1', port: 40_080 });
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const status = () => world.room.current()?.operations[0]?.endpoints[0]?.status;
const running = () => until(() => status() !== undefined);
const checked = {
  port: 80,
  health_checks: [
    { type: 'http', path: '/', method: 'GET', expected_status: 200, continuous: true },
  ],
};

describe('ports of a job', () => {
  it('are published while the operation runs, and no longer', async () => {
    const offer = world.network.assign(oneOperation({ expose: [80, 90] }));
    world.room.take(offer);
    await running();
    expect(tunnels.kept).toHaveLength(1);
    expect(tunnels.kept[0]?.ports.map(({ name }) => name)).toEqual(
      [80, 90].map((port) => exposeId(0, port, offer.job)),
    );
    expect(tunnels.ended).toEqual([]);
    world.room.handBack('The owner took the card back.');
    await world.untilClosed();
    expect(tunnels.ended).toEqual([`${offer.run} 0`]);
  });

  it('are not published where there are none', async () => {
    world.engine.scripts.set('train', { lines: [], runMs: 1000 });
    world.room.take(world.network.assign(oneOperation()));
    await world.untilClosed();
    expect([tunnels.kept, tunnels.ended]).toEqual([[], []]);
  });

  it('are told to the owner of the job, with what their checks say', async () => {
    const offer = world.network.assign(oneOperation({ expose: checked }));
    world.room.take(offer);
    await until(() => status() === 'online');
    const name = exposeId(0, 80, offer.job);
    expect(world.room.door.endpointsOf(offer.job)).toEqual({
      urls: {
        [name]: { opID: 'train', port: 80, url: `https://${name}.node.example`, status: 'ONLINE' },
      },
      status: 'ONLINE',
    });
  });

  it('are offline while the tunnel is down, which ends nothing, and back with it', async () => {
    world.room.take(world.network.assign(oneOperation({ expose: checked })));
    await until(() => status() === 'online');
    tunnels.fail();
    expect(status()).toBe('offline');
    expect(world.room.obstacle()?.problem.code).toBe('containers.tunnel-ended');
    // A check that passes from here says nothing of the way from outside.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(status()).toBe('offline');
    tunnels.mend();
    expect(status()).toBe('online');
    expect(world.room.obstacle()).toBeNull();
    expect(world.room.current()?.stage).toBe('running');
  });

  it('stay published while the host is away, and the next host takes them over', async () => {
    const offer = world.network.assign(oneOperation({ expose: 80 }));
    world.room.take(offer);
    await running();
    await world.room.stop();
    expect(tunnels.ended).toEqual([]);
    world.restart();
    await running();
    expect(tunnels.kept).toHaveLength(2);
    expect(tunnels.kept[1]).toEqual(tunnels.kept[0]);
    expect(tunnels.ended).toEqual([]);
  });

  it('of a private operation keep their secret names over a restart; only the owner hears them', async () => {
    const offer = world.network.assign(job([operation('train', { expose: 80, private: true })]));
    world.room.take(offer);
    await running();
    const secret = tunnels.kept[0]?.ports[0]?.name ?? '';
    expect(secret).toMatch(/^[1-9A-HJ-NP-Za-km-z]{45}$/);
    expect(Object.keys(world.room.door.endpointsOf(offer.job).urls)).toEqual([secret]);
    expect(JSON.stringify(world.room.current())).not.toContain(secret);
    await world.room.stop();
    world.restart();
    await running();
    expect(tunnels.kept[1]?.ports[0]?.name).toBe(secret);
  });

  it('of two runs of one private operation never have the same name', async () => {
    for (let run = 0; run < 2; run += 1) {
      world.room.take(world.network.assign(oneOperation({ expose: 80, private: true })));
      await running();
      world.room.handBack('The owner took the card back.');
      await until(() => world.closed.length > run);
    }
    const [one, two] = tunnels.kept.map(({ ports }) => ports[0]?.name);
    expect(one).not.toBe(two);
  });
});

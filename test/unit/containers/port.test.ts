import { describe, expect, expectTypeOf, it } from 'vitest';
import { ContainersRoom } from '../../../app/containers/room.ts';
import type * as shapes from '../../../app/containers/shapes.ts';
import type * as ports from '../../../app/jobs/ports.ts';

describe('the containers room', () => {
  const room = new ContainersRoom({
    places: [],
    os: 'linux',
    isInstalled: () => Promise.resolve(false),
    hostId: 'host',
    bundled: () => [],
    computer: { memoryBytes: 8e9, cores: 4 },
  });

  it('is the engine that the jobs room needs, shape by shape', () => {
    expectTypeOf(room satisfies ports.JobEngine).toExtend<ports.JobEngine>();
    expectTypeOf<shapes.ContainerSpec>().toEqualTypeOf<ports.ContainerSpec>();
    expectTypeOf<shapes.ContainerHandle>().toEqualTypeOf<ports.ContainerHandle>();
    expectTypeOf<shapes.ContainerEnd>().toEqualTypeOf<ports.ContainerEnd>();
    expectTypeOf<shapes.EngineLogLine>().toEqualTypeOf<ports.EngineLogLine>();
    expectTypeOf<shapes.PullResult>().toEqualTypeOf<ports.PullResult>();
    expectTypeOf<shapes.StartResult>().toEqualTypeOf<ports.StartResult>();
  });

  it('without any engine says so in every answer, and promises the same isolation', async () => {
    const missing = { ok: false, problem: { code: 'containers.engine-missing' } };
    const signal = new AbortController().signal;
    expect(room.status()).toBeNull();
    expect(await room.checkEngine()).toMatchObject(missing);
    expect(room.status()).toMatchObject(missing);
    expect(await room.ensureImage('a:1', () => undefined, signal)).toMatchObject(missing);
    expect(await room.sweep([])).toMatchObject({ removed: [], problem: missing.problem });
    await expect(room.find('run', 'op')).rejects.toMatchObject(missing.problem);
    await expect(room.cleanUp('run')).rejects.toMatchObject(missing.problem);
    expect(room.isolation(true)).toHaveLength(8);
  });
});

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnginePlace } from '../../../app/adapters/docker/place.ts';
import { Connection } from '../../../app/containers/connection.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

describe('looking for the engine', () => {
  let engine: HalfEngine;
  let none: EnginePlace;
  let some: EnginePlace;

  beforeEach(async () => {
    engine = new HalfEngine();
    await engine.open();
    none = { kind: 'socket', path: join(engine.folder, 'none.sock'), origin: 'Docker' };
    some = { kind: 'socket', path: engine.socket, origin: 'rootless Docker' };
  });
  afterEach(() => engine.remove());

  it('takes the first place that answers and stays with it', async () => {
    const connection = open([none, some]);
    const found = await connection.engine();
    expect(found.place).toBe(some);
    expect(await connection.engine()).toBe(found);
  });

  it('says that it is not installed, or installed and not running', async () => {
    await expect(open([none], false).engine()).rejects.toMatchObject({
      code: 'containers.engine-missing',
    });
    await expect(open([none], true).engine()).rejects.toMatchObject({
      code: 'containers.engine-stopped',
    });
    await expect(open([], false).engine()).rejects.toMatchObject({
      code: 'containers.engine-missing',
    });
  });

  it('tells the failure that helps most, of all places', async () => {
    const elsewhere: EnginePlace = {
      kind: 'unsupported',
      address: 'ssh://box',
      origin: 'DOCKER_HOST',
    };
    await expect(open([elsewhere, none], false).engine()).rejects.toMatchObject({
      code: 'containers.engine-unsuitable',
      message: expect.stringContaining('ssh://box') as string,
    });
    engine.answer = () => undefined;
    await expect(open([elsewhere, none, some], false).engine()).rejects.toMatchObject({
      code: 'containers.engine-timed-out',
      remedy: expect.stringContaining('systemctl --user restart docker') as string,
    });
  });

  it('calls an engine lost once it has answered', async () => {
    const connection = open([some]);
    const found = await connection.engine();
    await engine.close();
    const failure: unknown = await found.ping().catch((error: unknown) => error);
    expect(connection.toError(failure).code).toBe('containers.engine-lost');
    await engine.open();
  });

  it('passes over an engine that would only pretend to isolate, until it is set right', async () => {
    const good = engine.info;
    engine.info = { ...good, SecurityOptions: [] };
    const connection = open([none, some], false);
    // Nothing may be asked of it either: it would know no container of ours.
    await expect(connection.engine()).rejects.toMatchObject({
      code: 'containers.engine-unsuitable',
    });
    engine.info = good;
    expect(await connection.facts()).toMatchObject({ version: '29.0.0', cores: 4 });
    engine.info = { ...good, PidsLimit: false };
    await expect(connection.freshFacts()).rejects.toMatchObject({
      code: 'containers.engine-unsuitable',
    });
    await expect(connection.facts()).rejects.toMatchObject({
      code: 'containers.engine-unsuitable',
    });
  });

  it('throws mistakes of ours on, unchanged', () => {
    const mistake = new TypeError('x is not a function');
    expect(() => open([]).toError(mistake)).toThrow(mistake);
  });
});

function open(places: EnginePlace[], installed = true): Connection {
  return new Connection({
    places: () => places,
    os: 'linux',
    isInstalled: () => Promise.resolve(installed),
  });
}

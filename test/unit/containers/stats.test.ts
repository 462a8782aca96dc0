import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DockerEngine } from '../../../app/adapters/docker/engine.ts';
import { statsOf } from '../../../app/containers/stats.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

const NEVER = '0001-01-01T00:00:00Z';
const own = { id: 'own', operation: 'train' };

const cpu = (nanoseconds: number) => ({ cpu_usage: { total_usage: nanoseconds } });
/** What Docker 29 says on Linux with control groups of version 2, as far as it is read. */
const full = {
  read: '2026-11-25T20:00:00.5Z',
  preread: '2026-11-25T19:59:59.5Z',
  cpu_stats: cpu(3e9),
  precpu_stats: cpu(1.5e9),
  memory_stats: { usage: 1000, limit: 4000, stats: { inactive_file: 300 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'read', value: 10 },
      { op: 'write', value: 20 },
      { op: 'Read', value: 1 },
    ],
  },
};
const networks = { eth0: { rx_bytes: 5, tx_bytes: 6 }, eth1: { rx_bytes: 1, tx_bytes: 1 } };

describe('what a container uses', () => {
  let engine: HalfEngine;
  /** What the engine says of each container; one that is not here does not exist. */
  let answers: Record<string, unknown>;
  let isRunning: boolean;
  let networkMode: string;

  beforeEach(async () => {
    answers = { own: full };
    isRunning = true;
    networkMode = 'bridge';
    engine = new HalfEngine();
    engine.answer = ({ url = '' }, response) => {
      const [, id = '', what] = /\/containers\/(\w+)\/(json|stats)/.exec(url) ?? [];
      const body = what === 'json' ? inspection(id) : answers[id];
      response.statusCode = body === undefined ? 404 : 200;
      response.end(JSON.stringify(body ?? { message: 'No such container' }));
    };
    await engine.open();
  });
  afterEach(() => engine.remove());

  function inspection(id: string): object | undefined {
    if (!(id in answers)) return undefined;
    const State = {
      Status: isRunning ? 'running' : 'exited',
      Running: isRunning,
      OOMKilled: false,
      ExitCode: 0,
      StartedAt: NEVER,
      FinishedAt: NEVER,
    };
    return { Id: id, Config: {}, HostConfig: { NetworkMode: networkMode }, State };
  }

  function look(): ReturnType<typeof statsOf> {
    const place = { kind: 'socket', path: engine.socket, origin: 'a test' } as const;
    return statsOf(new DockerEngine(place), own);
  }

  it('is reckoned as the engine’s own command line does', async () => {
    answers = { own: { ...full, networks } };
    expect(await look()).toEqual({
      at: Date.parse('2026-11-25T20:00:00.5Z'),
      // One core and a half, for a second.
      cpuPercent: 150,
      // Without what the system keeps of files.
      memoryBytes: 700,
      memoryLimitBytes: 4000,
      diskReadBytes: 11,
      diskWrittenBytes: 20,
      networkReceivedBytes: 6,
      networkSentBytes: 7,
    });
  });

  it('is its guard’s where the network is concerned', async () => {
    networkMode = 'container:guard';
    answers = { own: full, guard: { ...full, networks, memory_stats: { usage: 9 } } };
    expect(await look()).toMatchObject({ memoryBytes: 700, networkReceivedBytes: 6 });
  });

  it('is known without a guard that has gone away', async () => {
    networkMode = 'container:guard';
    expect(await look()).toMatchObject({ memoryBytes: 700, networkReceivedBytes: 0 });
  });

  it('is nothing of one that does not run, or is gone', async () => {
    isRunning = false;
    expect(await look()).toBeNull();
    answers = {};
    expect(await look()).toBeNull();
  });

  it('is 0 where the engine leaves something out, and never less', async () => {
    const empty = { ...full, cpu_stats: cpu(0), precpu_stats: cpu(5) };
    answers = { own: { ...empty, memory_stats: {}, blkio_stats: null, networks: null } };
    expect(await look()).toMatchObject({ cpuPercent: 0, memoryBytes: 0, diskReadBytes: 0 });
    const odd = { usage: 1, limit: -5, stats: { total_inactive_file: 9 } };
    answers = { own: { ...full, memory_stats: odd } };
    expect(await look()).toMatchObject({ memoryBytes: 0, memoryLimitBytes: 0 });
  });

  it('is looked at twice where the engine itself looks once, as Podman does', async () => {
    let looks = 0;
    const start = Date.parse('2026-11-25T20:00:00Z');
    engine.answer = ({ url = '' }, response) => {
      const at = (looks += 1);
      const read = new Date(start + at * 1000).toISOString();
      const once = { ...full, read, preread: NEVER, cpu_stats: cpu(at * 5e8) };
      response.end(JSON.stringify(url.includes('/json') ? inspection('own') : once));
    };
    expect(await look()).toMatchObject({ cpuPercent: 50 });
  });

  it('is an error where the answer is of another kind', async () => {
    answers = { own: { ...full, cpu_stats: 'a lot' } };
    await expect(look()).rejects.toMatchObject({ kind: 'other' });
  });
});

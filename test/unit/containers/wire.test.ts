import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DockerEngine } from '../../../app/adapters/docker/engine.ts';
import { connectionOptions } from '../../../app/adapters/docker/place.ts';
import { bytesOf, Wire } from '../../../app/adapters/docker/wire.ts';
import { HalfEngine } from '../../fakes/engine/half-engine.ts';

describe('a call of the engine', () => {
  let engine: HalfEngine;
  let wire: Wire;

  beforeEach(async () => {
    engine = new HalfEngine();
    await engine.open();
    wire = new Wire({ kind: 'socket', path: engine.socket, origin: 'a test' });
  });
  afterEach(() => engine.remove());

  it('sends query and body, and reads the answer', async () => {
    engine.answer = (request, response) => {
      request.setEncoding('utf8').once('data', (body) => {
        response.end(
          JSON.stringify({ url: decodeURIComponent(request.url ?? ''), body: String(body) }),
        );
      });
    };
    const call = {
      method: 'POST',
      path: '/x',
      query: { a: 1, filters: { label: ['k=v'] } },
      body: { B: 2 },
    } as const;
    const answer = await wire.ask(call, 5000, z.object({ url: z.string(), body: z.string() }));
    expect(answer).toEqual({ url: '/x?a=1&filters={"label":["k=v"]}', body: '{"B":2}' });
  });

  it('that gets no answer ends at its deadline', async () => {
    engine.answer = () => undefined;
    await expect(wire.askText({ method: 'GET', path: '/x' }, 50)).rejects.toMatchObject({
      kind: 'timed-out',
    });
  });

  it('that is ended when its answer is there already harms nobody', async () => {
    // All in one piece, so that the end is there with the first bytes.
    engine.answer = (_, response) => response.end('a word');
    const unseen: unknown[] = [];
    const note = (error: unknown): void => void unseen.push(error);
    process.on('uncaughtException', note);
    try {
      for (let times = 0; times < 10; times += 1) {
        const stop = new AbortController();
        const answer = await wire.open({ method: 'GET', path: '/x' }, stop.signal);
        for await (const chunk of bytesOf(answer)) {
          expect(chunk.toString()).toBe('a word');
          stop.abort();
        }
      }
      await sleep(50);
      expect(unseen).toEqual([]);
    } finally {
      process.off('uncaughtException', note);
    }
  });

  it('whose engine dies in the middle of the answer fails instead of waiting for ever', async () => {
    engine.answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 10);
    };
    await expect(wire.askText({ method: 'GET', path: '/x' }, 5000)).rejects.toMatchObject({
      kind: 'lost',
    });
    const docker = new DockerEngine({ kind: 'socket', path: engine.socket, origin: 'a test' });
    await expect(docker.waitForEnd('abc', new AbortController().signal)).rejects.toMatchObject({
      kind: 'lost',
    });
  });

  it('can be ended by its signal, before and while it runs', async () => {
    engine.answer = () => undefined;
    const call = { method: 'GET', path: '/x' } as const;
    await expect(wire.open(call, AbortSignal.abort())).rejects.toMatchObject({ kind: 'aborted' });
    await expect(wire.open(call, AbortSignal.timeout(30))).rejects.toMatchObject({
      kind: 'aborted',
    });
  });

  it('with a senseless or endless answer is a fault, not a crash', async () => {
    engine.answer = (_, response) => response.end('no JSON');
    await expect(wire.ask({ method: 'GET', path: '/x' }, 5000, z.object({}))).rejects.toMatchObject(
      { kind: 'other' },
    );
    engine.answer = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(4_000_000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    await expect(wire.askText({ method: 'GET', path: '/x' }, 9000)).rejects.toMatchObject({
      kind: 'other',
    });
  });

  it('that the engine refuses carries its words', async () => {
    engine.answer = (_, response) => {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"message":"No such container: abc"}');
    };
    await expect(wire.askText({ method: 'GET', path: '/x' }, 5000)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'No such container: abc',
    });
  });
});

describe('the place of an engine', () => {
  it('is dialled as given, whatever DOCKER_HOST says', () => {
    expect(connectionOptions({ kind: 'socket', path: '/s', origin: '' })).toEqual({
      socketPath: '/s',
      host: undefined,
      port: undefined,
      protocol: 'http',
    });
    expect(connectionOptions({ kind: 'tcp', host: 'box', port: 2375, origin: '' })).toEqual({
      socketPath: undefined,
      host: 'box',
      port: 2375,
      protocol: 'http',
    });
    expect(connectionOptions({ kind: 'tcp', host: 'box', port: 2376, origin: '' }).protocol).toBe(
      'https',
    );
  });
});

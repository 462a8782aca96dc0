import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const results = {
  model: 'model=(\\S+)',
  args: { regex: '^--.*$', logType: ['stderr'] },
  slow: '^(a+)+$',
};

/** Prints what the next operation is made of. */
const seed = { ...operation('seed'), results };

function seedPrints(...lines: readonly string[]): void {
  world.engine.scripts.set('seed', { lines: lines.map((text) => ({ text })) });
}

/** Runs the operations to their end; the id of the run. */
async function run(...ops: readonly object[]): Promise<string> {
  const offer = world.network.assign(job(ops));
  await world.runToEnd(offer);
  return offer.run;
}

function resultsIn(one: World, id: string): unknown {
  const Document = z.object({ opStates: z.array(z.object({ results: z.unknown().optional() })) });
  return Document.parse(one.network.result(id)).opStates.map((state) => state.results);
}

describe('an operation', () => {
  it('is started with what an earlier one printed', async () => {
    world.engine.scripts.set('seed', {
      lines: [
        { text: 'model=small' },
        { text: '--a', stream: 'stderr' },
        { text: '--b', stream: 'stderr' },
      ],
    });
    const literal = '%%ops.seed.results.model.1%%';
    await run(
      seed,
      operation('next', { cmd: ['run', '%%ops.seed.results.args%%'], env: { M: literal } }),
    );
    expect(world.engine.specs[1]).toMatchObject({
      command: ['run', '--a', '--b'],
      env: { M: 'small' },
    });
  });

  it('gets an image that an earlier one named, and waits for it', async () => {
    seedPrints('model=late:1');
    await run(seed, operation('next', { image: 'images/%%ops.seed.results.model.1%%' }));
    expect(world.engine.calls).toContain('ensureImage images/late:1');
    expect(world.engine.specs[1]?.image).toBe('images/late:1');
  });

  it('fails, and says why, where what it needs was never printed', async () => {
    const other = { ...operation('other'), results: { x: '.*' } };
    world.engine.startProblems.set('other', new OffpeakError('containers.start-failed').toReport());
    const id = await run(other, operation('next', { cmd: '%%ops.other.results.x%%' }));
    expect(world.engine.specs.map((spec) => spec.operation)).toEqual(['other']);
    const lines = await world.logLines(id);
    expect(lines.at(-1)).toMatchObject({
      operation: 'next',
      stream: 'host',
      text: 'args.cmd %%ops.other.results.x%% has no value when the operation starts: the operation has not run',
    });
  });

  it('fails where the pattern is none, and says so', async () => {
    const bad = { ...operation('seed'), results: { x: '(' } };
    const id = await run(bad, operation('next', { cmd: '%%ops.seed.results.x%%' }));
    const [line] = await world.logLines(id);
    expect(line?.text).toContain('SyntaxError');
  });

  it('gets a port of one that it depends on, on this computer', async () => {
    world.engine.scripts.set('serve', { runMs: 5000 });
    world.engine.endpoints.set('serve:80', { host: '127.0.0.1', port: 4321 });
    const cmd = 'http://%%ops.serve.endpoint.80%%/';
    await run(
      operation('serve', { expose: 80 }, { group: 'g' }),
      operation('ask', { cmd }, { group: 'g', depends_on: ['serve'] }),
    );
    expect(world.engine.specs[1]?.command?.[2]).toBe('http://127.0.0.1:4321/');
  });
});

describe('the result document', () => {
  it('holds the results of each operation that asks for any', async () => {
    seedPrints('model=small', 'nothing');
    const document = world.network.result(await run(seed, operation('next')));
    expect(document).toMatchObject({
      opStates: [{ results: { model: ['model=small', 'small'], args: [], slow: [] } }, {}],
    });
    expect(document).not.toHaveProperty('opStates.1.results');
  });

  it.each(['operation-starting', 'operation-started', 'operation-ended', 'cause-decided'])(
    'is the same when the host dies after "%s"',
    async (name) => {
      const printing = { lines: [{ text: 'model=small' }] };
      const ops = [seed, operation('next', { cmd: '%%ops.seed.results.model%%' })];
      world.engine.scripts.set('seed', printing);
      const id = await run(...ops);
      const step = world.steps(id).lastIndexOf(name);
      const other = new World();
      other.engine.scripts.set('seed', printing);
      other.crash = { side: 'after', step };
      const offer = other.network.assign(job(ops));
      other.takeAndSurvive(offer);
      await until(() => {
        if (other.isDead) other.restart();
        return other.closed.length > 0;
      });
      expect(other.engine.specs.at(-1)?.command?.[2]).toBe('model=small small');
      expect(resultsIn(other, offer.run)).toEqual(resultsIn(world, id));
      await other.end();
    },
  );
});

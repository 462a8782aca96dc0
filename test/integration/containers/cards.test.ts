import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import { HOOK_TEXTS } from '../../corpora/card-faults.ts';
import {
  importBusybox,
  openRoom,
  patient,
  raw,
  runToEnd,
  shell,
  whyNoEngine,
} from './engine-kit.ts';
import { type PrivateEngine, startPrivateEngine, whyNoPrivateEngine } from './private-engine.ts';
import { StandInToolkit } from './stand-in-toolkit.ts';

const reason = (await whyNoEngine()) ?? whyNoPrivateEngine();
const why = reason === null ? '' : ` (${reason})`;

const ONE = 'GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0';
const OTHER = 'GPU-e78e68c0-4e6a-737e-f9cc-4223fe50aead';
/** What a job would see: the variable as its program has it, and the cards. */
const LOOK = 'echo "$NVIDIA_VISIBLE_DEVICES"; ls /dev | grep nvidia';

describe.skipIf(reason !== null)(`on a computer with two cards (stand-ins)${why}`, () => {
  let toolkit: StandInToolkit;
  let engine: PrivateEngine;
  let room: ContainersRoom;

  beforeAll(async () => {
    toolkit = new StandInToolkit([ONE, OTHER]);
    engine = await startPrivateEngine({ programs: toolkit.programs });
    room = openRoom({ socket: engine.socket });
    await importBusybox(engine.socket);
  });

  afterAll(async () => {
    await room.sweep([]);
    await engine.remove();
    toolkit.remove();
  });

  const run = (cards: readonly string[]) =>
    runToEnd(room, shell(LOOK, { cards, env: { PATH: '/bin', NVIDIA_VISIBLE_DEVICES: 'all' } }));

  it('a job that leases one gets that one, and asks the toolkit for no other', async () => {
    expect((await run([OTHER])).out).toBe(`${OTHER}\nnvidia1`);
    expect(toolkit.asked()).toEqual([OTHER]);
    expect((await run([ONE])).out).toBe(`${ONE}\nnvidia0`);
    expect(toolkit.asked()).toEqual([ONE]);
  });

  it('a job that leases both gets both, in its order', async () => {
    expect((await run([OTHER, ONE])).out).toBe(`${OTHER},${ONE}\nnvidia0\nnvidia1`);
    expect(toolkit.asked()).toEqual([`${OTHER},${ONE}`]);
  });

  it('a job without a card gets none, whatever it asks for', async () => {
    expect((await run([])).out).toBe('void');
    expect(toolkit.asked()).toEqual([]);
  });

  it('the doctor sees that a container gets the cards, and leaves nothing', async () => {
    await room.checkCards([ONE], patient());
    await room.checkCards([ONE, OTHER], patient());
    expect(toolkit.asked()).toEqual([ONE, `${ONE},${OTHER}`]);
    const { text } = await raw('GET', '/containers/json?all=1', undefined, engine.socket);
    expect(text).not.toContain('"cards"');
  });

  it('the doctor leaves nothing either when a job begins meanwhile', async () => {
    for (const afterMs of [0, 100, 300]) {
      await room.checkCards([ONE], AbortSignal.timeout(afterMs)).catch(() => undefined);
    }
    const { text } = await raw('GET', '/containers/json?all=1', undefined, engine.socket);
    expect(text).not.toContain('"cards"');
    toolkit.asked();
  });

  it.each(HOOK_TEXTS)('the doctor knows $kind by "$text"', async ({ kind, text }) => {
    toolkit.failWith(text);
    try {
      const problem = await problemOf(room.checkCards([ONE], patient()));
      expect(problem.code).toBe(`containers.${kind}`);
      expect(problem.message).not.toContain('OCI runtime');
    } finally {
      toolkit.failWith(null);
    }
  });

  it('a job is told the same, and no container of it is left', async () => {
    toolkit.failWith(
      'nvidia-container-cli: initialization error: nvml error: driver/library version mismatch',
    );
    try {
      const spec = shell(LOOK, { cards: [ONE] });
      const result = await room.start(spec, patient());
      expect(result).toMatchObject({
        ok: false,
        problem: { code: 'containers.gpu-driver-changed', remedy: 'Restart the computer.' },
      });
      expect(await room.find(spec.run, spec.operation)).toBeNull();
    } finally {
      toolkit.failWith(null);
    }
  });

  it('a card that is no longer there is named', async () => {
    const gone = 'GPU-336c5a8a-839f-69a8-08cf-e3fdcd01e019';
    const problem = await problemOf(room.checkCards([gone], patient()));
    expect(problem.code).toBe('containers.gpu-unknown-card');
    expect(problem.message).toContain(gone);
  });

  it('a toolkit that gives more than was leased is found out', async () => {
    toolkit.giveAll();
    const problem = await problemOf(room.checkCards([ONE], patient()));
    expect(problem.code).toBe('containers.gpu-not-given');
    expect(problem.message).toContain('it sees 2 of 1');
  });

  it('a toolkit that was removed under a running engine is missed', async () => {
    toolkit.uninstall();
    const problem = await problemOf(room.checkCards([ONE], patient()));
    expect(problem.code).toBe('containers.gpu-toolkit-broken');
  });
});

describe.skipIf(reason !== null)(`on an engine without the toolkit${why}`, () => {
  it('the doctor says what to install', async () => {
    const engine = await startPrivateEngine();
    try {
      const room = openRoom({ socket: engine.socket });
      const problem = await problemOf(room.checkCards([ONE], patient()));
      expect(problem.code).toBe('containers.gpu-missing');
      expect(problem.remedy).toContain('sudo nvidia-ctk runtime configure --runtime=docker');
    } finally {
      await engine.remove();
    }
  });
});

async function problemOf(check: Promise<void>): Promise<OffpeakError> {
  const error: unknown = await check.catch((thrown: unknown) => thrown);
  if (!(error instanceof OffpeakError)) throw new Error(`No problem: ${String(error)}`);
  return error;
}

import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChildEnd, ServingChild } from '../../../app/platform/serving-child.ts';

const Answer = z.object({ count: z.number(), pid: z.number() });
type Answer = z.infer<typeof Answer>;

const child = new ServingChild({
  entry: new URL('./children/echo.ts', import.meta.url),
  env: process.env,
});
afterEach(() => child.stop());

function ask(what: string, timeoutMs = 10_000, signal?: AbortSignal): Promise<ChildEnd<Answer>> {
  const hear = (message: unknown) => Answer.safeParse(message).data ?? null;
  return child.ask({ what }, hear, { timeoutMs, signal });
}

async function answerOf(what: string): Promise<Answer> {
  const end = await ask(what);
  if (end.kind !== 'answered') throw new Error(`it ${end.kind}`);
  return end.answer;
}

describe('a child that serves', () => {
  it('is one process for all questions, until it is stopped', async () => {
    const [first, second] = [await answerOf('this'), await answerOf('that')];
    expect(second).toEqual({ count: 2, pid: first.pid });
    child.stop();
    const after = await answerOf('this');
    expect(after.count).toBe(1);
    expect(after.pid).not.toBe(first.pid);
  });

  it('that is silent is given up, and said so', async () => {
    await answerOf('this');
    expect(await ask('hang', 100)).toEqual({ kind: 'timed-out' });
  });

  it('that breaks is told apart, with what it wrote', async () => {
    expect(await ask('crash')).toEqual({ kind: 'crashed', exitCode: 7, text: 'it broke' });
  });

  it('that broke between two questions fails the next one, and is whole after a stop', async () => {
    const { pid } = await answerOf('this');
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await ask('this')).kind).toBe('crashed');
    child.stop();
    expect((await answerOf('this')).count).toBe(1);
  });

  it('that is stopped is not waited for either', async () => {
    const asked = ask('hang');
    child.stop();
    expect(await asked).toEqual({ kind: 'crashed', exitCode: null, text: '' });
  });

  it('is not waited for once nobody wants the answer', async () => {
    const stop = new AbortController();
    const asked = ask('hang', 10_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(ask('this', 10_000, stop.signal)).rejects.toThrow('enough');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Doorstep } from '../../fakes/owner-api/doorstep.ts';

let door: Doorstep;

beforeEach(async () => {
  door = new Doorstep();
  await door.open();
});
afterEach(() => door.close());

/** Each with a header of its own: one is good for one change. */
let clock = 0;
async function post(path: string): Promise<{ status: number; text: string }> {
  const header = await door.header({ time: Date.now() - (clock += 1) });
  return door.asOwner(path, { method: 'POST', header });
}

describe('an owner who wants a change', () => {
  const train = { group: 'work', operation: 'train' };
  const whole = { group: 'get it', operation: null };

  it.each([
    ['/group/work/operation/train/restart', 202, { what: 'restart', ...train }],
    ['/group/work/operation/train/stop', 200, { what: 'stop', ...train }],
    ['/group/get%20it/restart', 202, { what: 'restart', ...whole }],
    ['/group/get%20it/stop', 200, { what: 'stop', ...whole }],
  ])('gets it noted: %s', async (path, status, asked) => {
    const answer = await post(path);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^\{"message":"The (stop|restart) is noted\."\}$/);
    expect(door.door.asked).toEqual([asked]);
  });

  it('may end the whole job', async () => {
    expect((await post('/stop')).status).toBe(200);
    expect(door.door.asked).toEqual(['stop']);
  });

  it.each(['/stop', '/group/work/stop', '/group/work/operation/train/restart'])(
    'hears why it is not to be had: %s',
    async (path) => {
      door.door.answer = 'unknown';
      expect((await post(path)).status).toBe(404);
      door.door.answer = 'not-now';
      expect((await post(path)).status).toBe(409);
    },
  );

  it('hears no more than that it was not written down', async () => {
    door.door.diskFull = true;
    const { status, text } = await post('/group/work/operation/train/stop');
    expect(status).toBe(503);
    expect(text).not.toContain('/home');
    expect(door.logged.join()).not.toContain('/home');
  });

  it('signs each change anew, but may come again with one that was refused', async () => {
    const header = await door.header();
    const once = (): Promise<{ status: number }> =>
      door.asOwner('/group/work/restart', { method: 'POST', header });
    door.door.answer = 'not-now';
    expect((await once()).status).toBe(409);
    door.door.answer = 'noted';
    expect((await once()).status).toBe(202);
    expect((await once()).status).toBe(401);
    expect(door.door.asked).toHaveLength(1);
  });

  it('cannot bring it about by looking', async () => {
    expect((await door.asOwner('/group/work/stop')).status).toBe(405);
    expect((await door.asOwner('/stop')).status).toBe(405);
    expect(door.door.asked).toEqual([]);
  });

  it('needs to send nothing along, and what it sends is not read', async () => {
    const header = await door.header();
    const { status } = await door.ask(`/job/${door.job}/stop`, {
      method: 'POST',
      headers: { authorization: header },
      body: 'x'.repeat(100_000),
    });
    expect(status).toBe(200);
  });
});

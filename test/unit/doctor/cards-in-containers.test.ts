import { describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { CardsInContainers } from '../../../app/doctor/cards-in-containers.ts';
import { cardsInContainersCheck } from '../../../app/doctor/checks.ts';

const MINUTE_MS = 60_000;

/** A doctor whose clock, job and engine the test decides. */
function doctor() {
  const world = {
    now: 0,
    busy: false,
    looks: [] as (readonly string[])[],
    check: (_signal: AbortSignal): Promise<void> => Promise.resolve(),
  };
  const cards = new CardsInContainers({
    check: (lent, signal) => {
      world.looks.push(lent);
      return world.check(signal);
    },
    isBusy: () => world.busy,
    now: () => world.now,
  });
  const look = async (more: { cards?: string[]; engineAnswers?: boolean; ask?: boolean } = {}) =>
    cardsInContainersCheck(
      await cards.look({
        cards: more.cards ?? ['GPU-1'],
        engineAnswers: more.engineAnswers ?? true,
        onDemand: more.ask ?? false,
      }),
    );
  return { world, cards, look };
}

describe('whether containers get the card', () => {
  it('is said when one did', async () => {
    const { look, world } = doctor();
    expect(await look({ cards: ['GPU-1', 'GPU-2'] })).toEqual({
      name: 'card-in-containers',
      ok: true,
      message: 'A container gets the cards that are lent, and sees no other.',
      remedy: null,
    });
    expect(world.looks).toEqual([['GPU-1', 'GPU-2']]);
  });

  it('is the problem with its remedy when one did not', async () => {
    const { look, world } = doctor();
    world.check = () => Promise.reject(new OffpeakError('containers.gpu-driver-changed'));
    expect(await look()).toMatchObject({ ok: false, remedy: 'Restart the computer.' });
  });

  it('is no question without a card, nor without an engine', async () => {
    const { look, world } = doctor();
    expect(await look({ cards: [] })).toMatchObject({ ok: true, message: /no card to give/ });
    expect(await look({ engineAnswers: false })).toMatchObject({ ok: true, message: /No|Not/ });
    expect(world.looks).toEqual([]);
  });

  it('is looked at every five minutes at most, and on demand', async () => {
    const { look, world } = doctor();
    await look();
    world.now += 5 * MINUTE_MS - 1;
    expect(await look()).toMatchObject({ ok: true });
    expect(world.looks).toHaveLength(1);
    world.now += 1;
    await look();
    expect(world.looks).toHaveLength(2);
    await look({ ask: true });
    expect(world.looks).toHaveLength(3);
  });

  it('is looked at by one container at a time', async () => {
    const { look, world } = doctor();
    let finish = (): void => undefined;
    world.check = () => new Promise((resolve) => (finish = resolve));
    const both = [look({ ask: true }), look({ ask: true })];
    finish();
    expect(await Promise.all(both)).toHaveLength(2);
    expect(world.looks).toHaveLength(1);
  });

  it('is not looked at while a job has the card: what was seen before is said', async () => {
    const { look, world } = doctor();
    world.busy = true;
    expect((await look({ ask: true })).message).toContain('a job is running');
    world.busy = false;
    world.check = () => Promise.reject(new OffpeakError('containers.gpu-cdi-stale'));
    await look();
    world.busy = true;
    expect(await look({ ask: true })).toMatchObject({ ok: false });
    expect(world.looks).toHaveLength(1);
  });

  it('makes room for a job that begins, and looks again afterwards', async () => {
    const { look, world, cards } = doctor();
    world.check = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new OffpeakError('containers.stopped')));
      });
    const looking = look();
    await cards.giveWay();
    expect((await looking).ok).toBe(true);
    world.check = () => Promise.resolve();
    expect((await look()).message).toContain('gets the card');
  });

  it('is looked at anew with another engine', async () => {
    const { look, world, cards } = doctor();
    await look();
    await cards.forget();
    await look();
    expect(world.looks).toHaveLength(2);
  });
});

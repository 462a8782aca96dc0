import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PowerState } from '../../../app/contract/power.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { LeaseJournal } from '../../../app/power/lease-journal.ts';
import { PowerRoom } from '../../../app/power/power-room.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { openSettings } from '../../../app/storage/settings.ts';
import { FakeHelper } from '../../fakes/power/fake-helper.ts';

const ID = 'GPU-0a';
const CARD = {
  ...blankCard({ index: 0, name: 'NVIDIA GeForce RTX 4090', uuid: ID }),
  powerLimitWatts: 450,
  powerDefaultWatts: 450,
  powerMinWatts: 150,
  powerWatts: 400,
  fanPercent: 60,
};
const CAP_300 = { kind: 'cap', value: 300 } as const;

let db: Database;
let helper: FakeHelper;
let shown: PowerState | null;
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-27T12:00:00') });
  db = openDatabase(':memory:');
  helper = new FakeHelper();
  shown = null;
});
afterEach(() => {
  vi.useRealTimers();
  db.close();
});

function open(boot = 'boot-1'): PowerRoom {
  return new PowerRoom({
    journal: new LeaseJournal(db, boot),
    settings: openSettings(db),
    access: helper.access,
    log: () => undefined,
    onChange: (state) => (shown = state),
  });
}

async function see(room: PowerRoom, isLent: boolean, changes: Partial<typeof CARD> = {}) {
  room.see([{ id: ID, card: { ...CARD, ...changes }, isLent }], performance.now());
  await room.settle();
}

async function opened(isLent = false): Promise<PowerRoom> {
  const room = open();
  await room.start();
  await room.allow();
  await see(room, isLent);
  helper.take();
  return room;
}

describe('a setting that is tried', () => {
  it('goes back after 15 seconds unless it is kept', async () => {
    const room = await opened();
    await room.try(ID, CAP_300);
    expect(helper.take()).toEqual([`cap ${ID} 300000`]);
    expect(shown?.cards[0]).toMatchObject({
      trial: { setting: CAP_300, endsAt: Date.now() + 15_000 },
      leases: [{ kind: 'cap', before: 450, value: 300 }],
    });
    await vi.advanceTimersByTimeAsync(14_900);
    expect(helper.take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(helper.take()).toEqual([`uncap ${ID} 450000`]);
    expect(shown?.cards[0]).toMatchObject({ trial: null, leases: [], wishes: { cap: null } });
    expect(() => room.keep(ID)).toThrow(expect.objectContaining({ code: 'power.nothing-to-keep' }));
  });

  it('stands in the journal before the card is told', async () => {
    const room = await opened();
    const before: unknown[] = [];
    const ask = helper.ask.bind(helper);
    vi.spyOn(helper, 'ask').mockImplementation((line) => {
      before.push(...new LeaseJournal(db, 'boot-1').all().map(({ value }) => value));
      return ask(line);
    });
    await room.try(ID, CAP_300);
    expect(before).toEqual([300]);
  });

  it('holds while the card is lent once it is kept, goes back at once when it is not, and comes again', async () => {
    const room = await opened();
    await room.try(ID, CAP_300);
    room.keep(ID);
    await room.settle();
    // Not lent: it is kept for later.
    expect(helper.take()).toEqual([`cap ${ID} 300000`, `uncap ${ID} 450000`]);
    room.lend(() => true);
    await room.settle();
    expect(helper.take()).toEqual([`cap ${ID} 300000`]);
    room.lend(() => false);
    await room.settle();
    expect(helper.take()).toEqual([`uncap ${ID} 450000`]);
  });

  it('goes back to the limit of before, whatever was read in between', async () => {
    const room = await opened(true);
    await room.try(ID, CAP_300);
    room.keep(ID);
    await see(room, true, { powerLimitWatts: 300 });
    room.lend(() => false);
    await room.settle();
    room.lend(() => true);
    await room.settle();
    expect(room.state.cards[0]?.leases).toMatchObject([{ before: 450, value: 300 }]);
    helper.take();
    room.lend(() => false);
    await room.settle();
    expect(helper.take()).toEqual([`uncap ${ID} 450000`]);
  });

  it('goes back to what the driver says it was, where the last reading is out of date', async () => {
    const room = await opened();
    await see(room, false, { powerLimitWatts: 400 });
    await room.try(ID, CAP_300);
    expect(room.state.cards[0]?.leases).toMatchObject([{ before: 450 }]);
  });

  it('never raises the limit above the usual one', async () => {
    const room = await opened();
    await expect(room.try(ID, { kind: 'cap', value: 451 })).rejects.toMatchObject({
      code: 'power.out-of-range',
    });
    expect(helper.take()).toEqual([]);
  });

  it('can be taken back at once', async () => {
    const room = await opened();
    await room.try(ID, { kind: 'clocks', value: 2_000 });
    await room.try(ID, { kind: 'fan', value: 60 });
    await room.revert(ID);
    expect(helper.take()).toEqual([
      `clocks ${ID} 0 2000`,
      `clocks ${ID} auto`,
      `fan ${ID} 60`,
      `fan ${ID} auto`,
    ]);
  });

  it('that the card refuses leaves no trace but the reason', async () => {
    const room = await opened();
    helper.failing.set('clocks', 'power.unsupported');
    await expect(room.try(ID, { kind: 'clocks', value: 2_000 })).rejects.toMatchObject({
      code: 'power.unsupported',
    });
    expect(shown?.cards[0]).toMatchObject({ trial: null, leases: [] });
    expect(new LeaseJournal(db, 'boot-1').all()).toEqual([]);
  });

  it('that came out otherwise is put back', async () => {
    const room = await opened();
    helper.failing.set(`cap ${ID} 300000`, 'power.differs');
    await expect(room.try(ID, CAP_300)).rejects.toMatchObject({ code: 'power.differs' });
    expect(helper.take()).toEqual([`cap ${ID} 300000`, `uncap ${ID} 450000`]);
    expect(new LeaseJournal(db, 'boot-1').all()).toEqual([]);
  });

  it('needs the rights, and a card that is there', async () => {
    helper.way = null;
    const room = open();
    await room.start();
    await see(room, true);
    await expect(room.try(ID, CAP_300)).rejects.toMatchObject({ code: 'power.not-open' });
    await expect(room.allow()).rejects.toMatchObject({ code: 'power.no-way' });
    await expect(room.try('GPU-ff', CAP_300)).rejects.toMatchObject({ code: 'power.no-card' });
    expect(helper.lines).toEqual([]);
  });
});

describe('consent', () => {
  it('is never asked for by itself, only a rule of the administrator needs none', async () => {
    const first = await opened();
    await first.try(ID, CAP_300);
    first.keep(ID);
    await first.stop();
    helper = new FakeHelper();
    helper.way = 'pkexec';
    const second = open();
    await second.start();
    await see(second, true);
    expect(helper.starts).toBe(0);
    expect(shown?.helper).toMatchObject({
      way: 'pkexec',
      command: '/x/offpeak-power',
      state: 'closed',
    });
    await second.allow();
    expect(helper.take()).toEqual([`cap ${ID} 300000`]);
    await second.stop();
    helper = new FakeHelper();
    helper.way = 'sudo';
    const third = open();
    await third.start();
    await see(third, true);
    await vi.advanceTimersByTimeAsync(1);
    expect(helper.take()).toEqual([`cap ${ID} 300000`]);
  });

  it('that was refused changes nothing and says so', async () => {
    helper.way = 'pkexec';
    helper.isRefused = true;
    const room = open();
    await room.start();
    await see(room, true);
    await expect(room.allow()).rejects.toMatchObject({ code: 'power.not-allowed' });
    expect(shown?.helper).toMatchObject({
      state: 'closed',
      problem: { code: 'power.not-allowed' },
    });
  });
});

describe('after a crash', () => {
  /** Offpeak and its helper are killed with a limit and clocks in force. */
  async function crashed(): Promise<void> {
    const room = await opened();
    await room.try(ID, CAP_300);
    room.keep(ID);
    room.lend(() => true);
    await room.settle();
    await room.try(ID, { kind: 'clocks', value: 2_000 });
    helper = new FakeHelper();
  }

  it('everything left is put back before anything else', async () => {
    await crashed();
    const room = open();
    expect(room.state.left).toHaveLength(2);
    await room.start();
    await room.settle();
    expect(helper.take()).toEqual([`uncap ${ID} 450000`, `clocks ${ID} auto`]);
    expect(room.state.left).toEqual([]);
  });

  it('the owner is told what may be left where rights take a question', async () => {
    await crashed();
    helper.way = 'pkexec';
    const room = open();
    await room.start();
    expect(helper.starts).toBe(0);
    expect(shown?.left.map(({ kind }) => kind)).toEqual(['cap', 'clocks']);
    // The helper has put the limit back at the end of its input: seen in the next reading.
    await see(room, false, { powerLimitWatts: 450 });
    expect(room.state.left.map(({ kind }) => kind)).toEqual(['clocks']);
    await room.allow();
    expect(helper.take()).toEqual([`clocks ${ID} auto`]);
    expect(room.state.left).toEqual([]);
  });

  it('a restart of the computer has put everything back', async () => {
    await crashed();
    expect(open('boot-2').state.left).toEqual([]);
  });

  it('what cannot be put back stays in the journal', async () => {
    await crashed();
    helper.failing.set('uncap', 'power.failed');
    const room = open();
    await room.start();
    await room.settle();
    expect(room.state.left.map(({ kind }) => kind)).toEqual(['cap']);
    expect(new LeaseJournal(db, 'boot-1').all()).toHaveLength(1);
  });

  it('of the helper alone, they are put back a minute later where nobody has to be asked', async () => {
    const room = await opened(true);
    await room.try(ID, CAP_300);
    room.keep(ID);
    helper.take();
    helper.die();
    await see(room, true, { powerLimitWatts: 300 });
    expect(helper.take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    await see(room, true, { powerLimitWatts: 300 });
    await vi.advanceTimersByTimeAsync(1);
    expect(helper.take()).toEqual([`uncap ${ID} 450000`, `cap ${ID} 300000`]);
  });

  it('of the helper alone, its settings count as left', async () => {
    const room = await opened();
    await room.try(ID, CAP_300);
    helper.way = 'pkexec';
    helper.die();
    expect(room.state).toMatchObject({
      helper: { state: 'closed', problem: { code: 'power.helper-ended' } },
      left: [{ kind: 'cap', value: 300 }],
      cards: [{ trial: null, leases: [] }],
    });
  });
});

describe('what the helper puts back by itself', () => {
  it('after it heard nothing for a minute, comes again while the card is lent', async () => {
    const room = await opened(true);
    await room.try(ID, CAP_300);
    room.keep(ID);
    helper.take();
    helper.putBack('all');
    await room.settle();
    expect(helper.take()).toEqual([`cap ${ID} 300000`]);
  });

  it('because the card was hot, does not', async () => {
    const room = await opened(true);
    await room.try(ID, { kind: 'fan', value: 30 });
    room.keep(ID);
    helper.take();
    helper.putBack('fans');
    await room.settle();
    expect(helper.take()).toEqual([]);
    expect(shown?.cards[0]).toMatchObject({ leases: [], problem: { code: 'power.fans-freed' } });
  });
});

describe('a card that is measured', () => {
  it('has the limit of the measurement and nothing else, and then what was wanted before', async () => {
    const room = await opened(true);
    await room.try(ID, CAP_300);
    room.keep(ID);
    await room.settle();
    helper.take();
    await room.hold(ID, 400);
    await room.hold(ID, 200);
    await expect(room.try(ID, CAP_300)).rejects.toMatchObject({ code: 'power.card-measured' });
    await room.hold(ID, null);
    expect(helper.take()).toEqual([`cap ${ID} 400000`, `cap ${ID} 200000`, `cap ${ID} 300000`]);
  });

  it('that does not take a limit says so, and is left as it was', async () => {
    const room = await opened();
    helper.failing.set('cap', 'power.unsupported');
    await expect(room.hold(ID, 200)).rejects.toMatchObject({ code: 'power.unsupported' });
    expect(room.state.cards[0]?.leases).toEqual([]);
  });
});

describe('a quiet profile', () => {
  it('lowers the limit in its hours while the card is lent, and gives it back', async () => {
    const room = await opened(true);
    const quiet = { fromMinute: 0, toMinute: 0, most: { kind: 'fan', percent: 40 } } as const;
    room.quiet(ID, quiet);
    await see(room, true);
    expect(helper.take()).toEqual([`cap ${ID} 378000`]);
    expect(shown?.cards[0]).toMatchObject({ quietWatts: 378, wishes: { quiet } });
    room.quiet(ID, null);
    await room.settle();
    expect(helper.take()).toEqual([`uncap ${ID} 450000`]);
  });

  it('and a limit of the owner go together: the lower one holds', async () => {
    const room = await opened(true);
    await room.try(ID, CAP_300);
    room.keep(ID);
    room.quiet(ID, { fromMinute: 0, toMinute: 0, most: { kind: 'fan', percent: 40 } });
    await see(room, true);
    await room.settle();
    expect(helper.lines).toEqual([`cap ${ID} 300000`]);
    room.drop(ID, ['cap']);
    await room.settle();
    expect(helper.take().at(-1)).toBe(`cap ${ID} 378000`);
  });
});

it('puts everything back when Offpeak ends', async () => {
  const room = await opened(true);
  await room.try(ID, CAP_300);
  room.keep(ID);
  await room.try(ID, { kind: 'fan', value: 70 });
  helper.take();
  await room.stop();
  expect(helper.take()).toEqual([`uncap ${ID} 450000`, `fan ${ID} auto`, '(closed)']);
  expect(new LeaseJournal(db, 'boot-1').all()).toEqual([]);
});

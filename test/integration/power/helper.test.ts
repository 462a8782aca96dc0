import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PowerHelper } from '../../../app/adapters/power-helper/helper.ts';
import { openCardReader } from '../../../app/gpu/cards.ts';
import { HelperAccess } from '../../../app/power/helper-access.ts';
import { LeaseJournal } from '../../../app/power/lease-journal.ts';
import { PowerRoom } from '../../../app/power/power-room.ts';
import { openDatabase } from '../../../app/storage/database.ts';
import { openSettings } from '../../../app/storage/settings.ts';
import {
  CHANGEABLE,
  fakeCard,
  fakeDriver,
  FakeNvml,
  whyNoFakeNvml,
} from '../../fakes/nvml/fake-nvml.ts';

/* The shipped helper, really; only the library of the driver is a fake. */

const FILE = join(import.meta.dirname, '../../../assets/power/offpeak-power');
const CARD = 'GPU-00000000-0000-0000-0000-000000000000';
const problem = whyNoFakeNvml();

describe.skipIf(problem !== null)(
  `the helper that changes settings of cards${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    let fake: FakeNvml;
    beforeAll(() => (fake = new FakeNvml({})));
    afterAll(() => fake.remove());
    beforeEach(() => fake.tell(fakeDriver(fakeCard(0, CHANGEABLE))));

    const limit = () => fake.value('0.PowerManagementLimit');
    const clocks = () => fake.value('0.LockedClocks');
    const fans = () => [0, 1].map((fan) => fake.value(`0.TargetFanSpeed.${fan}`));
    const start = (events: Partial<Parameters<typeof PowerHelper.start>[0]> = {}) =>
      PowerHelper.start({ way: 'root', command: [FILE], env: fake.env, ...events });

    it('changes the limit, the clocks and all fans, and puts all of it back at its end', async () => {
      const helper = await start();
      expect(await helper.ask(`cap ${CARD} 300000`)).toEqual({ before: 450_000, now: 300_000 });
      await helper.ask(`cap ${CARD} 250000`);
      await helper.ask(`clocks ${CARD} 0 2000`);
      await helper.ask(`fan ${CARD} 65`);
      expect([limit(), clocks(), fans()]).toEqual([250_000, 2_000, [65, 65]]);
      await helper.close();
      expect([limit(), clocks(), fans()]).toEqual([450_000, 0, [0, 0]]);
    });

    it('puts back one card, or one setting, and goes on', async () => {
      const helper = await start();
      await helper.ask(`cap ${CARD} 300000`);
      await helper.ask(`clocks ${CARD} 0 2000`);
      await helper.ask(`clocks ${CARD} auto`);
      expect([limit(), clocks()]).toEqual([300_000, 0]);
      await helper.ask(`restore ${CARD}`);
      expect(limit()).toBe(450_000);
      await helper.close();
    });

    it('leaves a limit that another helper left behind where it is put back to', async () => {
      fake.tell({
        ...fakeDriver(fakeCard(0, CHANGEABLE)),
        '0.PowerManagementLimit': 250_000,
      });
      const helper = await start();
      await helper.ask(`uncap ${CARD} 450000`);
      await helper.close();
      expect(limit()).toBe(450_000);
    });

    it('puts everything back when the process that started it is killed', async () => {
      const entry = join(import.meta.dirname, 'children/holder.ts');
      const holder = fork(entry, [FILE, CARD], { env: fake.env, execArgv: [] });
      await once(holder, 'message');
      expect([limit(), clocks()]).toEqual([200_000, 1_500]);
      holder.kill('SIGKILL');
      await vi.waitFor(() => expect([limit(), clocks()]).toEqual([450_000, 0]), 5_000);
    });

    it('puts everything back when it is told to end', async () => {
      const child = spawn(FILE, { env: { ...fake.env }, stdio: ['pipe', 'pipe', 'ignore'] });
      await once(child.stdout, 'data');
      child.stdin.write(`cap ${CARD} 300000\n`);
      await once(child.stdout, 'data');
      child.kill('SIGTERM');
      await once(child, 'exit');
      expect(limit()).toBe(450_000);
    });

    it('puts everything back before its package is removed', async ({ skip }) => {
      skip(!existsSync('/usr/bin/pkill'), 'there is no pkill here');
      const helper = await start();
      await helper.ask(`cap ${CARD} 300000`);
      execFileSync('sh', [join(import.meta.dirname, '../../../build/linux/before-remove.sh')]);
      await helper.ended;
      expect(limit()).toBe(450_000);
    });

    it('gives fans back to a card that gets hot', async () => {
      const putBack: string[] = [];
      const helper = await start({ onPutBack: (what) => putBack.push(what) });
      await helper.ask(`fan ${CARD} 30`);
      fake.tell(fakeDriver(fakeCard(0, { ...CHANGEABLE, 'Temperature.0': 81 })));
      await vi.waitFor(() => expect(putBack).toEqual(['fans']), 5_000);
      expect(fans()).toEqual([0, 0]);
      await helper.close();
    });

    it.each([
      [`cap ${CARD} 149000`, 'power.out-of-range'],
      [`cap ${CARD} 601000`, 'power.out-of-range'],
      [`clocks ${CARD} 0 3106`, 'power.out-of-range'],
      [`clocks ${CARD} 2000 1000`, 'power.out-of-range'],
      [`fan ${CARD} 29`, 'power.out-of-range'],
      ['cap GPU-00000000-0000-0000-0000-00000000000f 300000', 'power.no-card'],
    ])('refuses %s: the card decides what is allowed', async (line, code) => {
      fake.calls('');
      const helper = await start();
      await expect(helper.ask(line)).rejects.toMatchObject({ code });
      await helper.close();
      expect(fake.calls('SetPowerManagementLimit')).toBe(0);
    });

    it('does nothing for words that it does not know, whatever they are', async () => {
      const helper = await start();
      fake.calls('');
      const lines = [
        'cap',
        'cap 0 300000',
        `cap ${CARD}`,
        `cap ${CARD} -1`,
        `cap ${CARD} 300000 1`,
        `cap ${CARD} 3e5`,
        `cap ${CARD} 99999999999999999999`,
        `cap ../../etc/passwd 300000`,
        `cap GPU-${'0'.repeat(60)} 300000`,
        `CAP ${CARD} 300000`,
        `clocks ${CARD} auto auto`,
        `fan ${CARD} %n%n`,
        `persistence ${CARD} 1`,
        'restore-all now',
        '\u0000',
        'a b c d e f g h i j k l m n o p',
      ];
      for (const line of lines) {
        await expect(helper.ask(line), line).rejects.toMatchObject({
          code: expect.stringMatching(/^power\.(failed|no-card)$/) as string,
        });
      }
      expect(await helper.ask('ping')).toEqual({ before: 0, now: 0 });
      await helper.close();
      expect(limit()).toBe(450_000);
    });

    it('ends, with everything put back, on a line without an end', async () => {
      const helper = await start();
      await helper.ask(`cap ${CARD} 300000`);
      await expect(helper.ask('x'.repeat(500))).rejects.toMatchObject({
        code: 'power.helper-ended',
      });
      await helper.ended;
      expect(limit()).toBe(450_000);
    });

    it('says what a card, or the driver, does not do', async () => {
      fake.tell(
        fakeDriver(fakeCard(0, { 'MaxClockInfo.0': 3_105, PowerManagementLimit: 450_000 })),
      );
      const helper = await start();
      for (const line of [`cap ${CARD} 300000`, `clocks ${CARD} 0 2000`, `fan ${CARD} 60`])
        await expect(helper.ask(line)).rejects.toMatchObject({ code: 'power.unsupported' });
      fake.tell(fakeDriver(fakeCard(0, { ...CHANGEABLE, SetPowerManagementLimit: 4 })));
      await expect(helper.ask(`cap ${CARD} 300000`)).rejects.toMatchObject({
        code: 'power.not-permitted',
      });
      await helper.close();
      fake.tell({ Init: 9 });
      await expect(start()).rejects.toMatchObject({
        code: 'power.helper-failed',
        message: expect.stringContaining('no NVIDIA driver') as string,
      });
    });

    it('that cannot be started, or is refused, is an error with a remedy', async () => {
      await expect(start({ command: ['/nowhere/offpeak-power'] })).rejects.toMatchObject({
        code: 'power.helper-failed',
      });
      const refused = { way: 'pkexec', command: ['/bin/sh', '-c', 'exit 126'] } as const;
      await expect(start(refused)).rejects.toMatchObject({ code: 'power.not-allowed' });
    });

    it('serves the room: what is changed is read back from the card', async () => {
      const home = mkdtempSync(join(tmpdir(), 'offpeak-power-'));
      const db = openDatabase(join(home, 'offpeak.db'));
      const room = new PowerRoom({
        journal: new LeaseJournal(db, 'boot'),
        settings: openSettings(db),
        access: new HelperAccess({
          find: () => Promise.resolve({ way: 'root', command: [FILE] }),
          start: (command, events) => PowerHelper.start({ ...command, ...events, env: fake.env }),
        }),
        log: () => undefined,
        onChange: () => undefined,
        trialMs: 300,
      });
      const reader = openCardReader({ env: fake.env });
      const read = async () => {
        const { cards } = await reader.read({ keep: true, signal: new AbortController().signal });
        const seen = cards.map((card) => ({ id: card.uuid ?? '', card, isLent: true }));
        room.see(seen, performance.now());
        await room.settle();
        return cards[0]?.powerLimitWatts;
      };
      try {
        await room.start();
        expect(await read()).toBe(450);
        await room.try(CARD, { kind: 'cap', value: 320 });
        expect(await read()).toBe(320);
        await sleep(400);
        expect(await read()).toBe(450);
        await room.try(CARD, { kind: 'cap', value: 320 });
        room.keep(CARD);
        await sleep(400);
        expect(await read()).toBe(320);
        room.lend(() => false);
        await room.settle();
        expect(limit()).toBe(450_000);
      } finally {
        await room.stop();
        reader.stop();
        db.close();
        rmSync(home, { recursive: true });
      }
    });
  },
);

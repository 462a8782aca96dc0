import { beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../app/contract/gpu.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { Alerts } from '../../../app/telemetry/alerts.ts';
import { RULES } from '../../../app/telemetry/rules.ts';
import { xidOf } from '../../../app/telemetry/xid.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE_S = 60;

/** A card that works and is well. */
const WELL: Card = {
  ...blankCard({ index: 0, name: 'RTX 4090', uuid: 'GPU-1' }),
  temperatureC: 67,
  memoryTemperatureC: 80,
  highestC: 90,
  powerWatts: 420,
  powerLimitWatts: 450,
  fanPercent: 54,
  utilizationPercent: 99,
  performanceState: 2,
  slowReasons: ['power-cap'],
  ecc: { corrected: 3, uncorrected: 0 },
  remappedRows: { corrected: 1, uncorrected: 0, isPending: false, hasFailed: false },
};

let alerts: Alerts;
let seconds: number;
beforeEach(() => {
  alerts = new Alerts();
  seconds = 0;
});

/** The codes of the alerts after the card was like this for so long, read every five seconds. */
function after(forSeconds: number, changes: Partial<Card>): string[] {
  for (const end = seconds + forSeconds; seconds <= end; seconds += 5) {
    const moment = { at: START + seconds * 1_000, uptime: seconds * 1_000 };
    alerts.see([{ id: 'GPU-1', card: { ...WELL, ...changes } }], moment);
  }
  return alerts.list(START + seconds * 1_000).map(({ code }) => code);
}

/** What raises each alert, what ends it, and what does neither. */
const CASES: Readonly<
  Record<string, readonly [on: Partial<Card>, off: Partial<Card>, between: Partial<Card>]>
> = {
  'too-hot': [{ temperatureC: 91 }, { temperatureC: 84 }, { temperatureC: 87 }],
  'memory-hot': [
    { memoryTemperatureC: 104 },
    { memoryTemperatureC: 90 },
    { memoryTemperatureC: 97 },
  ],
  'slowed-by-heat': [{ slowReasons: ['heat'] }, { slowReasons: [] }, { slowReasons: null }],
  'power-brake': [
    { slowReasons: ['hardware', 'power-brake'] },
    { slowReasons: [] },
    { slowReasons: null },
  ],
  'fan-stopped': [
    { fanPercent: 0, temperatureC: 75 },
    { fanPercent: 30 },
    { fanPercent: 0, temperatureC: 65 },
  ],
  'over-power': [{ powerWatts: 600 }, { powerWatts: 450 }, { powerWatts: 510 }],
  'stuck-slow': [
    { performanceState: 8, powerWatts: 60 },
    { performanceState: 2 },
    { performanceState: 8, utilizationPercent: 70 },
  ],
  'memory-errors': [{ ecc: { corrected: 3, uncorrected: 1 } }, {}, { ecc: null }],
};

describe('alerts', () => {
  it('are tried here, each of them', () => {
    expect(Object.keys(CASES)).toEqual(RULES.map(({ code }) => code));
    expect(after(20 * MINUTE_S, {})).toEqual([]);
  });

  it.each(Object.entries(CASES))('%s is raised, lasts, and is over', (code, [on, off, between]) => {
    expect(after(4 * MINUTE_S, on)).toEqual([code]);
    expect(after(10 * MINUTE_S, between)).toContain(code);
    expect(after(10 * MINUTE_S, off)).toEqual([]);
  });

  it.each(Object.entries(CASES))(
    '%s is not raised by what ends it or lies between',
    (_code, [, off, between]) => {
      expect(after(10 * MINUTE_S, off)).toEqual([]);
      expect(after(10 * MINUTE_S, between)).toEqual([]);
    },
  );

  it('are not raised by a moment', () => {
    const slow = RULES.filter(({ raiseMs }) => raiseMs > 0).map(({ code }) => code);
    for (const code of slow) {
      expect(after(10, CASES[code]?.[0] ?? {})).toEqual([]);
      after(10, {});
    }
  });

  it('say since when, what is wrong now, and what to do', () => {
    after(MINUTE_S, { temperatureC: 91 });
    after(MINUTE_S, { temperatureC: 94 });
    const [alert] = alerts.list(START);
    expect(alert).toMatchObject({ code: 'too-hot', card: 'GPU-1', since: START + 20_000 });
    expect(alert?.text).toBe('It is at 94 °C; it is made for 90 °C.');
    expect(alert?.remedy).toMatch(/^Clean its fans/);
  });

  it('say as it was what is not so any more, until it is over', () => {
    after(MINUTE_S, { temperatureC: 94 });
    expect(after(30, { temperatureC: 60 })).toEqual(['too-hot']);
    expect(alerts.list(START)[0]?.text).toContain('It is at 94 °C');
    expect(after(MINUTE_S, { temperatureC: 60 })).toEqual([]);
  });

  it('take silence for no news, and a card that is asleep or gone for none', () => {
    after(MINUTE_S, { temperatureC: 95 });
    expect(after(MINUTE_S, blankCard(WELL))).toEqual(['too-hot']);
    expect(after(0, { ...blankCard(WELL), isAsleep: true })).toEqual([]);
    after(MINUTE_S, { temperatureC: 95 });
    alerts.see([], { at: START, uptime: seconds * 1_000 });
    expect(alerts.list(START)).toEqual([]);
  });

  it('tell cards apart', () => {
    const hot = { ...WELL, temperatureC: 95 };
    for (const uptime of [0, 30_000]) {
      alerts.see(
        [
          { id: 'GPU-1', card: WELL },
          { id: 'GPU-2', card: hot },
        ],
        { at: START + uptime, uptime },
      );
    }
    expect(alerts.list(START + 30_000)).toMatchObject([{ card: 'GPU-2', code: 'too-hot' }]);
  });
});

describe("faults in the kernel's log", () => {
  const line = (number: number, rest = 'pid=1234, name=python3, GPU has fallen off the bus.') =>
    `NVRM: Xid (PCI:0000:01:00): ${number}, ${rest}`;

  it('are the ones of the card itself', () => {
    expect(xidOf(line(79), START)).toEqual({
      number: 79,
      address: '0000:01:00',
      at: START,
      text: 'The driver reports that it fell off the bus (Xid 79).',
      remedy:
        'Restart the computer. If it happens again, check its power plugs, slot, riser and temperature.',
    });
  });

  it.each([
    ['a mistake of a program', line(31)],
    ['a program that was ended', line(45)],
    ['a number that nobody knows', line(9_999)],
    ['a message of another driver', 'usb 1-1: new high-speed USB device'],
    ['words of a job that look like one', 'python3: NVRM Xid (PCI:0000:01:00) 79'],
    ['nothing', ''],
  ])('are not: %s', (_what, text) => {
    expect(xidOf(text, START)).toBeNull();
  });

  it('are told with either form of an address', () => {
    const long = 'NVRM: Xid (PCI:00000000:0A:00.0): 48, pid=1';
    expect(xidOf(long, START)?.address).toBe('0000:0a:00');
  });

  it('are shown for an hour, and the newest of a kind once', () => {
    const hour = 3_600_000;
    for (const at of [START, START + hour / 2]) {
      const xid = xidOf(line(79), at);
      if (xid) alerts.fault(xid, null);
    }
    expect(alerts.list(START + hour)).toMatchObject([{ code: 'xid-79', card: null }]);
    expect(alerts.list(START + 1.6 * hour)).toEqual([]);
  });
});

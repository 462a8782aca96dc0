import { describe, expect, it } from 'vitest';
import { advanceQuiet, isWithin, LOUD, type Quiet } from '../../../app/power/quiet.ts';
import type { QuietProfile } from '../../../app/contract/power.ts';

const NIGHT: QuietProfile = {
  fromMinute: 22 * 60,
  toMinute: 7 * 60,
  most: { kind: 'fan', percent: 40 },
};
const CARD = {
  fanPercent: 60,
  temperatureC: 70,
  powerWatts: 400,
  powerLimitWatts: 450,
  powerDefaultWatts: 450,
  powerMinWatts: 150,
};
const at23 = (seconds: number, card: Partial<typeof CARD> = {}) => ({
  at: seconds * 1_000,
  minute: 23 * 60,
  card: { ...CARD, ...card },
});

/** One reading each 10 s. */
function after(seconds: number, card: (quiet: Quiet) => Partial<typeof CARD>): Quiet {
  let quiet = LOUD;
  for (let now = 0; now <= seconds; now += 10)
    quiet = advanceQuiet(quiet, NIGHT, at23(now, card(quiet)));
  return quiet;
}

describe('a quiet profile', () => {
  it('knows hours over midnight, within a day, and the whole day', () => {
    const over = (minute: number) => isWithin(NIGHT, minute);
    expect([21 * 60 + 59, 22 * 60, 0, 6 * 60 + 59, 7 * 60].map(over)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    const noon = { ...NIGHT, fromMinute: 720, toMinute: 780 };
    expect([719, 720, 779, 780].map((minute) => isWithin(noon, minute))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isWithin({ ...NIGHT, toMinute: NIGHT.fromMinute }, 5)).toBe(true);
  });

  it('begins just below what the card draws, and takes one step in 20 seconds', () => {
    expect(after(0, () => ({})).watts).toBe(378);
    expect(after(10, () => ({})).watts).toBe(378);
    expect(after(20, () => ({})).watts).toBe(356);
  });

  it('never goes below what the card allows', () => {
    expect(after(3_600, () => ({})).watts).toBe(150);
  });

  it('begins below the limit where the card rests already but its fans still turn', () => {
    expect(after(0, () => ({ powerWatts: 30 })).watts).toBe(428);
  });

  it('stops lowering at the ceiling, and gives a step back after three minutes well below it', () => {
    const settled = after(600, ({ watts }) => ({ fanPercent: (watts ?? 450) > 320 ? 60 : 38 }));
    expect(settled.watts).toBe(312);
    let quiet = settled;
    for (let now = 610; now <= 780; now += 10)
      quiet = advanceQuiet(quiet, NIGHT, at23(now, { fanPercent: 30 }));
    expect(quiet.watts).toBe(312);
    quiet = advanceQuiet(quiet, NIGHT, at23(790, { fanPercent: 30 }));
    expect(quiet.watts).toBe(335);
  });

  it('ends when its card has its usual limit again', () => {
    const almost: Quiet = { watts: 440, steppedAt: 0, calmSince: 0 };
    expect(advanceQuiet(almost, NIGHT, at23(200, { fanPercent: 20 })).watts).toBeNull();
  });

  it('keeps temperatures, too', () => {
    const warm: QuietProfile = { ...NIGHT, most: { kind: 'temperature', celsius: 65 } };
    expect(advanceQuiet(LOUD, warm, at23(0)).watts).toBe(378);
    expect(advanceQuiet(LOUD, warm, at23(0, { temperatureC: 64 })).watts).toBeNull();
  });

  it('leaves the card alone outside of its hours', () => {
    const day = { ...at23(0), minute: 12 * 60 };
    expect(advanceQuiet({ watts: 200, steppedAt: 0, calmSince: 0 }, NIGHT, day)).toEqual(LOUD);
  });

  it('waits where the card does not tell', () => {
    const held: Quiet = { watts: 300, steppedAt: 0, calmSince: null };
    const silent = { ...at23(60), card: { ...CARD, fanPercent: null } };
    expect(advanceQuiet(held, NIGHT, silent)).toBe(held);
  });
});

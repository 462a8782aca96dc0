import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settings as Choices } from '../../../app/contract/settings.ts';
import { OwnerChoice } from '../../../app/owner-choice.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { readChoices } from '../../../app/storage/owner-choices.ts';
import { openSettings, type Settings } from '../../../app/storage/settings.ts';

describe('what the owner chooses', () => {
  let db: Database;
  let settings: Settings;
  let busy: boolean;
  let reconnected: number;
  let shown: Choices[];
  let choice: OwnerChoice;

  beforeEach(() => {
    db = openDatabase(':memory:');
    settings = openSettings(db);
    busy = false;
    reconnected = 0;
    shown = [];
    choice = new OwnerChoice({
      settings,
      reconnect: () => {
        reconnected += 1;
        return Promise.resolve();
      },
      isBusy: () => busy,
      show: (choices) => shown.push(choices),
    });
  });
  afterEach(() => db.close());

  it('is automatic and filtered before anything was chosen', () => {
    expect(readChoices(settings)).toMatchObject({ engine: null, internet: 'filtered' });
  });

  it('is kept, one choice without the other', () => {
    choice.choose({ internet: 'none' });
    choice.choose({ engine: '/run/podman/podman.sock' });
    const kept = { engine: '/run/podman/podman.sock', internet: 'none' };
    expect(readChoices(settings)).toMatchObject(kept);
    expect(shown.at(-1)).toMatchObject(kept);
    choice.choose({ engine: null });
    expect(readChoices(settings).engine).toBeNull();
  });

  it('keeps the limit of heat, and falls back where something else stands there', () => {
    const usual = readChoices(settings).heatLimitC;
    choice.choose({ heatLimitC: 75 });
    expect(readChoices(settings).heatLimitC).toBe(75);
    expect(shown.at(-1)?.heatLimitC).toBe(75);
    for (const other of ['', 'hot', '40', '300', '80.5']) {
      settings.set('availability.heat-limit-c', other);
      expect(readChoices(settings).heatLimitC).toBe(usual);
    }
  });

  it('keeps what electricity costs and a NOS is worth, and forgets what is no price', () => {
    const unknown = { currency: 'EUR', perKwh: null, perNos: null };
    expect(readChoices(settings).money).toEqual(unknown);
    const money = { currency: 'USD', perKwh: 0.18, perNos: null };
    choice.choose({ money });
    expect(readChoices(settings).money).toEqual(money);
    expect(shown.at(-1)?.money).toEqual(money);
    settings.set('money', '{"currency":"dollars"}');
    expect(readChoices(settings).money).toEqual(unknown);
  });

  it('changes the engine at once, or when the run in hand has closed', () => {
    choice.choose({ engine: '/a.sock' });
    expect(reconnected).toBe(1);
    busy = true;
    choice.choose({ engine: '/b.sock' });
    choice.act();
    expect(reconnected).toBe(1);
    busy = false;
    choice.act();
    choice.act();
    expect(reconnected).toBe(2);
  });

  it('of what jobs reach leaves the engine alone', () => {
    choice.choose({ internet: 'none' });
    expect(reconnected).toBe(0);
  });
});

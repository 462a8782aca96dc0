import { describe, expect, it } from 'vitest';
import { SlowReason } from '../../app/contract/gpu.ts';
import { slowedBy, whyUnknown } from '../../renderer/components/card-notes.ts';
import { aCard } from '../e2e/support/scripted-cards.ts';

describe('what slows a card down', () => {
  it('is said only where something is wrong', () => {
    const said = SlowReason.options.map((reason) => [
      reason,
      slowedBy(aCard({ slowReasons: [reason] })),
    ]);
    expect(Object.fromEntries(said)).toEqual({
      idle: null,
      'application-clocks': null,
      'power-cap': null,
      hardware: 'Slowed down to protect itself',
      'sync-boost': null,
      heat: 'Slowed down by heat',
      'hardware-heat': 'Slowed down hard by heat',
      'power-brake': 'Slowed down by the power supply',
      display: null,
    });
  });

  it('is the exact reason where the hardware gives a vague one as well', () => {
    const card = aCard({ slowReasons: ['power-cap', 'hardware', 'power-brake'] });
    expect(slowedBy(card)).toBe('Slowed down by the power supply');
  });

  it('is not known of a card that does not tell', () => {
    expect(slowedBy(aCard({ slowReasons: null }))).toBeNull();
  });
});

it('a sleeping card is not said to be unable to tell', () => {
  expect(whyUnknown(aCard({ isAsleep: true }))).toBe('Asleep, to save power');
  expect(whyUnknown(aCard())).toBe('This card does not tell');
});

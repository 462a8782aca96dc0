import type { Card } from '../contract/gpu.ts';

/** When an alert is raised and when it is over. Times in milliseconds. */
export interface Rule {
  readonly code: string;
  /** Whether the card is in this state; null where it does not tell: then nothing changes. */
  readonly isOn: (card: Card) => boolean | null;
  /** Whether it is well out of it; what is neither lasts. */
  readonly isOff: (card: Card) => boolean | null;
  readonly raiseMs: number;
  readonly clearMs: number;
  readonly text: (card: Card) => string;
  readonly remedy: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** GeForce cards that do not name it: 88 to 94 °C on NVIDIA's product pages. */
const USUAL_HIGHEST_C = 90;
/** Memory of the kinds GDDR6X and HBM slows down at 105 to 110 °C (Micron and SK hynix data sheets). */
const MEMORY_HOT_C = 100;
const BUSY_PERCENT = 50;

const COOLING = 'Clean its fans and filters, give it air, or set a lower limit for its power.';

export const RULES: readonly Rule[] = [
  {
    code: 'too-hot',
    isOn: (card) => atLeast(card.temperatureC, highestOf(card)),
    isOff: (card) => below(card.temperatureC, highestOf(card) - 5),
    raiseMs: 20 * SECOND_MS,
    clearMs: MINUTE_MS,
    text: (card) =>
      `It is at ${round(card.temperatureC)} °C; it is made for ${highestOf(card)} °C.`,
    remedy: COOLING,
  },
  {
    code: 'memory-hot',
    isOn: (card) => atLeast(card.memoryTemperatureC, MEMORY_HOT_C),
    isOff: (card) => below(card.memoryTemperatureC, MEMORY_HOT_C - 5),
    raiseMs: 20 * SECOND_MS,
    clearMs: MINUTE_MS,
    text: (card) => `Its memory is at ${round(card.memoryTemperatureC)} °C.`,
    remedy: `${COOLING} Old thermal pads are a frequent cause.`,
  },
  {
    code: 'slowed-by-heat',
    isOn: (card) => isSlowed(card, ['heat', 'hardware-heat']),
    isOff: (card) => not(isSlowed(card, ['heat', 'hardware-heat'])),
    raiseMs: 3 * MINUTE_MS,
    clearMs: 3 * MINUTE_MS,
    text: (card) => `It has slowed down for heat for minutes, at ${round(card.temperatureC)} °C.`,
    remedy: COOLING,
  },
  {
    code: 'power-brake',
    isOn: (card) => isSlowed(card, ['power-brake']),
    isOff: (card) => not(isSlowed(card, ['power-brake'])),
    raiseMs: 30 * SECOND_MS,
    clearMs: 3 * MINUTE_MS,
    text: () => 'The power supply makes it slow down.',
    remedy: 'Check its power plugs and whether the power supply is strong enough.',
  },
  {
    code: 'fan-stopped',
    // Many fans rest below 50 to 60 °C, and start by themselves above.
    isOn: ({ fanPercent, temperatureC, utilizationPercent }) =>
      all([
        atMost(fanPercent, 0),
        atLeast(temperatureC, 70),
        atLeast(utilizationPercent, BUSY_PERCENT),
      ]),
    isOff: ({ fanPercent, temperatureC }) => any([atLeast(fanPercent, 1), below(temperatureC, 60)]),
    raiseMs: 30 * SECOND_MS,
    clearMs: 10 * SECOND_MS,
    text: (card) => `Its fan stands still at ${round(card.temperatureC)} °C, under load.`,
    remedy: 'Take the card back and look whether something blocks the fan, or its plug came off.',
  },
  {
    code: 'over-power',
    isOn: (card) => ofLimit(card, (share) => share > 1.2),
    isOff: (card) => ofLimit(card, (share) => share < 1.1),
    raiseMs: MINUTE_MS,
    clearMs: MINUTE_MS,
    text: (card) =>
      `It draws ${round(card.powerWatts)} W, far above its limit of ${round(card.powerLimitWatts)} W.`,
    remedy:
      'Restart the computer; if it happens again, have the power supply and the card checked.',
  },
  {
    code: 'stuck-slow',
    // At rest a card clocks down to P8; one that stays there under full load does not work as it should.
    isOn: (card) =>
      all([
        atLeast(card.utilizationPercent, 95),
        atLeast(card.performanceState, 5),
        ofLimit(card, (share) => share < 0.3),
      ]),
    isOff: (card) =>
      any([below(card.performanceState, 5), below(card.utilizationPercent, BUSY_PERCENT)]),
    raiseMs: 3 * MINUTE_MS,
    clearMs: 30 * SECOND_MS,
    text: (card) =>
      `It is fully loaded and stays at its low clocks (P${round(card.performanceState)}, ${round(card.powerWatts)} W).`,
    remedy: 'Restart the computer, and update the driver.',
  },
  {
    code: 'memory-errors',
    isOn: ({ ecc, remappedRows: rows }) =>
      any([ecc && ecc.uncorrected > 0, rows && (rows.isPending || rows.hasFailed)]),
    isOff: ({ ecc, remappedRows: rows }) =>
      all([ecc && ecc.uncorrected === 0, rows === null || !(rows.isPending || rows.hasFailed)]),
    raiseMs: 0,
    clearMs: 0,
    text: ({ ecc, remappedRows: rows }) =>
      rows?.hasFailed === true
        ? 'Its memory is worn out: a bad row could not be replaced.'
        : `Its memory made errors that could not be corrected (${ecc?.uncorrected ?? 0} since the driver was loaded).`,
    remedy:
      'Restart the computer, which replaces bad rows; if it happens again, do not lend this card.',
  },
];

type Answer = boolean | null;

function highestOf({ highestC }: Card): number {
  return highestC ?? USUAL_HIGHEST_C;
}

function isSlowed({ slowReasons }: Card, reasons: readonly string[]): Answer {
  return slowReasons && slowReasons.some((reason) => reasons.includes(reason));
}

function ofLimit({ powerWatts, powerLimitWatts }: Card, test: (share: number) => boolean): Answer {
  if (powerWatts === null || powerLimitWatts === null || powerLimitWatts <= 0) return null;
  return test(powerWatts / powerLimitWatts);
}

function atLeast(value: number | null, limit: number): Answer {
  return value === null ? null : value >= limit;
}

function atMost(value: number | null, limit: number): Answer {
  return value === null ? null : value <= limit;
}

function below(value: number | null, limit: number): Answer {
  return value === null ? null : value < limit;
}

function not(answer: Answer): Answer {
  return answer === null ? null : !answer;
}

/** Yes when all are, no when one is not, else not known. */
function all(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** Yes when one is, no when none is, else not known. */
function any(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function round(value: number | null): string {
  return value === null ? '–' : String(Math.round(value));
}

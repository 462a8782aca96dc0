import { nvidiaSmiCommand } from '../../app/contract/power-commands.ts';
import {
  type CardPower,
  type Lease,
  PowerKind,
  type PowerState,
  type PowerWishes,
} from '../../app/contract/power.ts';

const UNITS: Readonly<Record<PowerKind, string>> = { cap: ' W', clocks: ' MHz', fan: ' %' };
const NAMES: Readonly<Record<PowerKind, string>> = {
  cap: 'power limit',
  clocks: 'highest core clock',
  fan: 'fan speed',
};
const SECOND_MS = 1_000;

/** What is changed of each card, and by what way. */
export function powerText({ helper, cards, left }: PowerState): string {
  const none = cards.length === 0 ? 'No NVIDIA card is there.\n' : '';
  return [none, ...cards.map(cardText), ...left.map(leftText), helperText(helper, cards)].join('');
}

function cardText(power: CardPower): string {
  const { card, wishes, leases, trial, quietWatts, problem } = power;
  const lines = [
    ...leases.map((lease) => `now: ${valueText(lease.kind, lease.value)}${beforeText(lease)}`),
    ...wishText(wishes),
    ...(trial
      ? [
          `trying: ${valueText(trial.setting.kind, trial.setting.value)}, for ${secondsUntil(trial.endsAt)} s more`,
        ]
      : []),
    ...(quietWatts === null ? [] : [`held at ${quietWatts} W to keep it quiet`]),
    ...(problem ? [problem.message, problem.remedy] : []),
  ];
  const said = lines.length > 0 ? lines : ['as its driver sets it'];
  return `${card}\n${said.map((line) => `     ${line}\n`).join('')}`;
}

function wishText(wishes: PowerWishes): string[] {
  const kept = PowerKind.options.flatMap((kind) => {
    const value = wishes[kind];
    return value === null ? [] : [`while it is lent: ${valueText(kind, value)}`];
  });
  const { quiet } = wishes;
  if (quiet === null) return kept;
  const { fromMinute, toMinute, most } = quiet;
  const ceiling =
    most.kind === 'fan' ? `fans at most ${most.percent} %` : `at most ${most.celsius} °C`;
  return [...kept, `quiet from ${timeText(fromMinute)} to ${timeText(toMinute)}: ${ceiling}`];
}

function leftText({ card, kind, value }: Lease): string {
  return `!! May still be changed on ${card}: ${valueText(kind, value)}. "offpeak power restore" puts it back; so does a restart of the computer.\n`;
}

function helperText(
  { way, command, state, problem }: PowerState['helper'],
  cards: readonly CardPower[],
) {
  const trouble = problem ? `${problem.message}\n${problem.remedy}\n` : '';
  if (state === 'open') return trouble;
  if (command !== null && way !== null) {
    const how =
      way === 'pkexec' ? 'after your system has asked you' : 'which needs no question here';
    return `${trouble}Changes are made by: ${command}\n(${how}; "offpeak power allow" starts it)\n`;
  }
  const [card] = cards;
  if (card === undefined) return trouble;
  const examples = [
    nvidiaSmiCommand(card.card, { kind: 'cap', value: 250 }),
    nvidiaSmiCommand(card.card, { kind: 'clocks', value: 2_000 }),
  ];
  return `${trouble}Offpeak cannot get the rights to change settings here. You can, as administrator:\n${examples.map((line) => `  ${line}\n`).join('')}`;
}

function beforeText({ before }: Lease): string {
  return before === null ? '' : ` (before: ${before} W)`;
}

function valueText(kind: PowerKind, value: number): string {
  return `${NAMES[kind]} ${value}${UNITS[kind]}`;
}

function timeText(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
}

function secondsUntil(at: number): number {
  return Math.max(0, Math.ceil((at - Date.now()) / SECOND_MS));
}

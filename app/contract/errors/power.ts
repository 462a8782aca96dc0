import type { ErrorRow } from './row.ts';

/** Codes of the power room. */
export const powerErrors = {
  'power.no-way': {
    retry: 'owner',
    message: 'Offpeak cannot get the rights here to change settings of a card.',
    remedy:
      'Set it yourself with nvidia-smi, as docs/power.md shows; or on Linux install "pkexec" (polkit), or allow the helper in sudoers.',
  },
  'power.not-allowed': {
    retry: 'owner',
    message: 'The system did not allow Offpeak to change settings of the card.',
    remedy:
      'Nothing was changed. Ask again and give the password of an administrator, or leave it.',
  },
  'power.helper-failed': {
    retry: 'owner',
    message: 'The helper that changes settings of a card did not start.',
    remedy: 'Run the shown command in a terminal to see why. Nothing was changed.',
  },
  'power.helper-ended': {
    retry: 'owner',
    message: 'The helper that changes settings of a card was ended from outside.',
    remedy: 'Allow changes again: whatever it has not put back by itself is put back first.',
  },
  'power.not-open': {
    retry: 'owner',
    message: 'Changes of the card are not allowed yet.',
    remedy: 'Allow changes first (Graphics cards, Power; or "offpeak power allow").',
  },
  'power.not-running': {
    retry: 'owner',
    message: 'Changed settings hold only while Offpeak runs.',
    remedy: 'Start it first: "offpeak start --headless", or the app.',
  },
  'power.no-card': {
    retry: 'owner',
    message: 'There is no such card.',
    remedy: 'Take its UUID from "offpeak gpus --json".',
  },
  'power.unsupported': {
    retry: 'owner',
    message: 'The driver does not let this be changed on this card.',
    remedy: 'Laptops and some boards keep it to themselves; nothing was changed.',
  },
  'power.not-permitted': {
    retry: 'owner',
    message: 'The driver did not permit the change.',
    remedy: 'It may be locked by a virtual machine or the administrator; nothing was changed.',
  },
  'power.out-of-range': {
    retry: 'owner',
    message: 'The card does not allow this value.',
    remedy: 'Choose one within its range.',
  },
  'power.differs': {
    retry: 'owner',
    message: 'The card took another value than it was asked for.',
    remedy: 'It was put back. Another program may be changing it, too: end that one.',
  },
  'power.fans-freed': {
    retry: 'owner',
    message: 'The fans were given back to the card, because it reached 80 °C.',
    remedy: 'Choose a higher speed for them, or a lower power limit.',
  },
  'power.failed': {
    retry: 'owner',
    message: 'The driver reports an error.',
    remedy: 'Restarting the computer puts every setting back and often helps.',
  },
  'power.nothing-to-keep': {
    retry: 'owner',
    message: 'Nothing is being tried on this card any more.',
    remedy: 'It went back after 15 seconds. Try it again, and keep it in time.',
  },
  'power.card-measured': {
    retry: 'owner',
    message: 'The card is being measured, at power limits of its own.',
    remedy: 'Wait until that has come to its end, or stop it.',
  },
} as const satisfies Record<`power.${string}`, ErrorRow>;

/*
 * NVIDIA's driver writes what goes wrong with a card into the kernel's log: "NVRM: Xid (PCI:0000:01:00):
 * 79, pid=…, GPU has fallen off the bus." The numbers are those of NVIDIA's "XID Errors" document.
 */

/** A fault of a card. */
export interface Xid {
  readonly number: number;
  /** Of the bus, without the function: 0000:01:00. */
  readonly address: string;
  /** UTC, milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly remedy: string;
}

const RESTART = 'Restart the computer.';
const WORN = `${RESTART} If it happens again, do not lend this card: its memory is worn out.`;
const UNSTABLE =
  'Take back any overclocking or undervolting and run "offpeak benchmark"; then check power plugs and cooling.';

/** The faults that are the card's own. Others are mistakes of the program that used it: a job's. */
const FAULTS: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  8: ['a program on it stopped answering', UNSTABLE],
  48: ['its memory made an error that could not be corrected', WORN],
  61: ['its own controller failed', UNSTABLE],
  62: ['its own controller stopped', UNSTABLE],
  63: ['a bad row of its memory was replaced', RESTART],
  64: ['a bad row of its memory could not be replaced', WORN],
  74: ['its link to another card failed', RESTART],
  79: [
    'it fell off the bus',
    `${RESTART} If it happens again, check its power plugs, slot, riser and temperature.`,
  ],
  92: ['its memory makes many errors that can be corrected', WORN],
  94: ['its memory made an error that cost one program', WORN],
  95: ['its memory made an error that cost all programs', WORN],
  109: ['a program on it stopped answering', UNSTABLE],
  119: ['its own processor does not answer the driver', `${RESTART} Update the driver.`],
  120: ['its own processor failed', `${RESTART} Update the driver.`],
  140: ['its memory made an error that could not be corrected', WORN],
};

const LINE = /NVRM: Xid \(PCI:([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2})(?:\.[0-9a-f])?\): (\d+)/i;

/** The card's fault that a line of the kernel's log tells of; null where it tells of none. Pure. */
export function xidOf(line: string, at: number): Xid | null {
  const [, address, digits] = LINE.exec(line) ?? [];
  const number = Number(digits);
  const fault = FAULTS[number];
  if (address === undefined || fault === undefined) return null;
  const [what, remedy] = fault;
  return {
    number,
    address: address.slice(-10).toLowerCase(),
    at,
    text: `The driver reports that ${what} (Xid ${number}).`,
    remedy,
  };
}

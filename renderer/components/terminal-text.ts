/* eslint-disable no-control-regex -- these characters are what is looked for */

/** Escape sequences of terminals (ECMA-48): colours and cursor moves, titles and links, the rest. */
const sequences = new RegExp(
  [
    /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/,
    /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/,
    /\u001b[ -/]*[0-~]?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * A line that a job printed, as plain text: without a terminal's escape sequences, and with only
 * the last state of a progress bar that was drawn over itself.
 */
export function terminalText(line: string): string {
  const plain = line.replace(sequences, '');
  const states = plain.split('\r').filter((state) => state !== '');
  return (states.at(-1) ?? '').replace(controls, '');
}

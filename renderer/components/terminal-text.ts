/** Escape sequences of terminals: colours and cursor moves, titles and links, single letters. */
const sequences =
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|[ -/]*[0-~])?/g;

// eslint-disable-next-line no-control-regex -- these characters are what is looked for
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

/** Writes one line of the host's log. Facts are plain values; secrets never belong here. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

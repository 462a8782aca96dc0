/** Web addresses as somebody typed them, one a line. */
export interface TypedAddresses {
  readonly addresses: readonly string[];
  /** The first line that is none, counted from 1. */
  readonly wrongLine: number | null;
}

/** Reads them; empty lines are passed over. Pure. */
export function typedAddresses(text: string): TypedAddresses {
  const lines = text.split('\n').map((line) => line.trim());
  const wrong = lines.findIndex((line) => line !== '' && !isWebAddress(line));
  return {
    addresses: lines.filter((line) => line !== ''),
    wrongLine: wrong < 0 ? null : wrong + 1,
  };
}

/** True for `https://…` and `http://…`. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

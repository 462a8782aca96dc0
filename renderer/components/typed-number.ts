/** What a number may be; `places` is how many digits may follow the point. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly places?: number;
}

/**
 * A number as people type it, with a point or a comma; null where it is none, out of range, or could be read in two
 * ways ("1,444").
 */
export function typedNumber(text: string, { from, to, places = 0 }: NumberRange): number | null {
  const [, whole = '', part = ''] = /^\s*(\d{1,7})(?:[.,](\d{1,6}))?\s*$/.exec(text) ?? [];
  if (whole === '' || part.length > places) return null;
  if (part.length === 3 && !/^0+$/.test(whole)) return null;
  const value = Number(`${whole}.${part || '0'}`);
  return value >= from && value <= to ? value : null;
}

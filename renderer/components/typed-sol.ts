import { decimalPoint } from '../locales/format.ts';

const DECIMALS = 9;
/** A thousand million SOL is more than there is. */
const MAX_WHOLE_DIGITS = 9;

/**
 * What was typed as SOL, in lamports; null where it is no amount, or could be read in two ways:
 * groups of thousands are not understood, and the point is the one of the owner's language, or ".".
 */
export function typedSol(text: string): string | null {
  const point = text.includes(decimalPoint) ? decimalPoint : '.';
  const [whole = '', parts = '', ...more] = text.trim().split(point);
  const isAmount =
    /^\d+$/.test(whole) &&
    /^\d*$/.test(parts) &&
    whole.length <= MAX_WHOLE_DIGITS &&
    parts.length <= DECIMALS;
  if (!isAmount || more.length > 0) return null;
  return String(BigInt(whole + parts.padEnd(DECIMALS, '0')));
}

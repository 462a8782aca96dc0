/** NOS with its six decimals, as a receipt shows it; from base units in decimal digits. */
export function nosText(baseUnits: string): string {
  const digits = baseUnits.padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)} NOS`;
}

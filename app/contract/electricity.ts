/** What is paid and earned, per hour, in one currency. */
export interface HourlyMoney {
  readonly cost: number;
  /** Null while it is not known what an hour brings. */
  readonly net: number | null;
}

/** What a card that draws `watts` costs in an hour and leaves over. `perKwh` and `income` (per hour) in one currency. */
export function hourOf(watts: number, perKwh: number, income: number | null): HourlyMoney {
  const cost = (watts / 1_000) * perKwh;
  return { cost, net: income === null ? null : income - cost };
}

/** What an hour brings in a market that pays so many base units (a millionth of a NOS) for a second. */
export function incomeOf(pricePerSecond: string, perNos: number): number {
  return (Number(pricePerSecond) * 3_600 * perNos) / 1_000_000;
}

import { HEAT_LIMIT } from '../../app/contract/heat.ts';

/** What was typed as the highest temperature of a card, in °C; null where it may not be that. */
export function typedDegrees(text: string): number | null {
  const limitC = /^\s*\d{2,3}\s*$/.test(text) ? Number(text) : 0;
  return limitC >= HEAT_LIMIT.lowestC && limitC <= HEAT_LIMIT.highestC ? limitC : null;
}

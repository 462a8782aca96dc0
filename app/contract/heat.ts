/** What the owner may set as the highest temperature of a lent card, in degrees Celsius. */
export const HEAT_LIMIT = { lowestC: 60, highestC: 100 } as const;

/** So far below the limit a card that was too hot is lent again, in degrees. */
export const HYSTERESIS_C = 10;

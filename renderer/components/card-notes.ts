import type { Card, SlowReason } from '../../app/contract/gpu.ts';
import { t } from '../locales/text.ts';

/** What an owner should hear of, the exact before the vague: rest and the power limit are no trouble. */
const TROUBLES = [
  'heat',
  'hardware-heat',
  'power-brake',
  'hardware',
] as const satisfies readonly SlowReason[];

/** What slows the card down now, in words; null where nothing does that should not. */
export function slowedBy({ slowReasons }: Card): string | null {
  const reason = TROUBLES.find((one) => slowReasons?.includes(one));
  return reason === undefined ? null : t(`card.slow.${reason}`);
}

/** Why a card does not tell a value. */
export function whyUnknown({ isAsleep }: Card): string {
  return t(isAsleep ? 'card.asleep' : 'card.not-told');
}

import { OffpeakError } from '../../contract/errors.ts';
import type { Stop } from './card-watch.ts';

/** Why a run ended before its end, as an error with a remedy. */
export function stopError({ why, words }: Stop): OffpeakError {
  switch (why) {
    case 'unsafe':
      return new OffpeakError('benchmark.unsafe', {
        message: `The benchmark was stopped to protect the card: ${words}.`,
      });
    case 'silent':
      return new OffpeakError('benchmark.device-fault', {
        message: `The benchmark was stopped: ${words}.`,
      });
    case 'wanted':
      return new OffpeakError('benchmark.made-way', {
        message: `The benchmark was stopped: ${words} needs the card.`,
      });
  }
}

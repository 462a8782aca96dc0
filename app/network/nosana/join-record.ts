import { z } from 'zod';
import type { NetworkSettings } from './settings.ts';
import type { SignedTransaction } from '../../jobs/ports.ts';

const Join = z.object({
  kind: z.literal('work'),
  signature: z.string(),
  wire: z.string(),
  lastValidBlockHeight: z.number(),
  genesis: z.string(),
});

/**
 * The `work` transaction that is on its way, kept over restarts: where jobs are waiting, a second
 * one would take a second job while the first still lands.
 */
export interface JoinRecord {
  read(): SignedTransaction<'work'> | null;
  write(transaction: SignedTransaction<'work'> | null): void;
}

/** Keeps it in the settings, by host and market. */
export function createJoinRecord(
  settings: NetworkSettings,
  host: string,
  market: string,
): JoinRecord {
  const key = `network.join.${host}.${market}`;
  return {
    read: () => {
      const text = settings.get(key);
      return text === null || text === '' ? null : (Join.safeParse(JSON.parse(text)).data ?? null);
    },
    write: (transaction) =>
      settings.set(key, transaction === null ? '' : JSON.stringify(transaction)),
  };
}

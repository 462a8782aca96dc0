import { OffpeakError } from '../../contract/errors.ts';

const LAMPORTS_PER_SOL = 1_000_000_000n;

/** What a transaction takes from a wallet, and what has to be left in it. Lamports. */
export interface Spending {
  readonly host: string;
  readonly balance: bigint;
  readonly fee: bigint;
  readonly rent: bigint;
  readonly reserve: bigint;
}

/** Throws `network.no-sol`, with the exact amount that is missing. */
export function requireFunds({ host, balance, fee, rent, reserve }: Spending): void {
  const missing = fee + rent + reserve - balance;
  if (missing <= 0n) return;
  const sum = inSol(missing);
  throw new OffpeakError('network.no-sol', {
    message: `This host lacks ${sum}: ${inSol(fee + rent)} for the fee and rent, and ${inSol(reserve)} that always stays.`,
    remedy: `Send at least ${sum} to ${host}.`,
  });
}

/** Lamports as SOL, exact, without zeros at the end. */
export function inSol(lamports: bigint): string {
  const whole = lamports / LAMPORTS_PER_SOL;
  const rest = String(lamports % LAMPORTS_PER_SOL).padStart(9, '0');
  const text = `${whole}.${rest}`.replace(/\.?0+$/, '');
  return `${text} SOL`;
}

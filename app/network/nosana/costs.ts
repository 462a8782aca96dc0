import type { CostItem, CostPreview } from '../../contract/costs.ts';
import { baseFee } from './fees.ts';

/** Sizes in bytes of the accounts that a host may have to pay for. */
export const ACCOUNT_BYTES = {
  /** spl-token, state.rs: Account. */
  token: 165,
  /** nosana-programs, state.rs: what the programs allocate. */
  stake: 120,
  run: 120,
} as const;

/** `work` is signed by the host and by the new run account, `finish` by the host alone. */
const WORK_SIGNATURES = 2;
const FINISH_SIGNATURES = 1;

/** What the chain says about a host that thinks of a market. Lamports. */
export interface CostFacts {
  readonly market: string;
  readonly balance: bigint;
  readonly hasNosAccount: boolean;
  readonly hasStake: boolean;
  /** Jobs wait for hosts: whoever comes second pays the rent of the run. */
  readonly jobsWait: boolean;
  readonly rents: {
    readonly token: bigint;
    readonly stake: bigint;
    readonly run: bigint;
  };
  /** Nothing is offered for being taken sooner; else each fee may go up to the limit. */
  readonly isFree: boolean;
  readonly maxFee: bigint;
  readonly reserve: bigint;
}

/** Everything a host has to have before it queues, item by item. */
export function costPreview(facts: CostFacts): CostPreview {
  const items = itemsOf(facts);
  const total = items.reduce((sum, { lamports }) => sum + BigInt(lamports), 0n);
  const missing = total > facts.balance ? total - facts.balance : 0n;
  return {
    market: facts.market,
    items,
    total: String(total),
    balance: String(facts.balance),
    missing: String(missing),
  };
}

function itemsOf(facts: CostFacts): CostItem[] {
  const { rents } = facts;
  const items: CostItem[] = [];
  const add = (code: CostItem['code'], lamports: bigint, text: string): void => {
    items.push({ code, lamports: String(lamports), text });
  };
  if (!facts.hasNosAccount) {
    add(
      'nos-account',
      rents.token,
      'Rent of the account that receives your NOS; it comes back when you close that account.',
    );
  }
  if (!facts.hasStake) {
    add(
      'stake-account',
      rents.stake,
      'Rent of the stake account that every host needs, with 0 NOS in it; it comes back when the stake is closed.',
    );
    add(
      'stake-vault',
      rents.token,
      'Rent of the vault of the stake account; it comes back when the stake is closed.',
    );
  }
  if (facts.jobsWait) {
    add(
      'run-account',
      rents.run,
      'Rent of the record of a run, because a job is waiting already; it comes back when the job is settled.',
    );
  }
  add(
    'work-fee',
    feeOf(facts, WORK_SIGNATURES),
    feeText(facts, WORK_SIGNATURES, 'joining the queue'),
  );
  add(
    'finish-fee',
    feeOf(facts, FINISH_SIGNATURES),
    feeText(facts, FINISH_SIGNATURES, 'settling a job'),
  );
  add('reserve', facts.reserve, 'Stays in the wallet, so that every job can be settled.');
  return items;
}

function feeOf({ isFree, maxFee }: CostFacts, signatures: number): bigint {
  const base = baseFee(signatures);
  return isFree || maxFee < base ? base : maxFee;
}

function feeText({ isFree, maxFee }: CostFacts, signatures: number, what: string): string {
  const most = isFree ? '' : ', at most: your own limit';
  // Nothing is signed then: `network.fee-cap`.
  const limit = maxFee < baseFee(signatures) ? ', which is above your own limit' : most;
  return `Fee of the network for ${what}${limit}; it is spent.`;
}

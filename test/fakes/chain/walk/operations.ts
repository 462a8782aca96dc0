/** One thing that somebody tries in a random walk; all names are addresses. */
export type Operation =
  | ListOperation
  | { readonly kind: 'work'; host: string; market: string; run: string; showsKey: boolean }
  | { readonly kind: 'stop'; host: string; market: string }
  | { readonly kind: 'finish'; host: string; run: string; shape: 'ten' | 'eleven' }
  | { readonly kind: 'complete'; host: string; job: string }
  | { readonly kind: 'quit'; host: string; run: string }
  | { readonly kind: 'claim'; host: string; job: string; run: string; showsKey: boolean }
  | { readonly kind: 'extend'; poster: string; job: string; timeoutSeconds: bigint }
  | { readonly kind: 'end'; poster: string; run: string }
  | { readonly kind: 'delist' | 'recover'; poster: string; job: string }
  | { readonly kind: 'clean'; anybody: string; job: string }
  | StakeOperation
  | { readonly kind: 'wait'; seconds: bigint };

export interface ListOperation {
  readonly kind: 'list';
  readonly poster: string;
  readonly market: string;
  readonly job: string;
  readonly run: string;
  readonly timeoutSeconds: bigint;
}

export type StakeOperation =
  | { readonly kind: 'stake'; host: string; amount: bigint; durationSeconds: bigint }
  | { readonly kind: 'stake-topup'; host: string; amount: bigint }
  | { readonly kind: 'stake-extend'; host: string; addedSeconds: bigint }
  | { readonly kind: 'unstake' | 'restake' | 'withdraw'; host: string };

/** Everything but the passing of time is a transaction. */
export type Transaction = Exclude<Operation, { kind: 'wait' }>;

/** Who signs; the first one pays the fee of 5,000 lamports for each of them. */
export function signersOf(operation: Transaction): readonly [string, ...string[]] {
  switch (operation.kind) {
    case 'list':
      return [operation.poster, operation.job, operation.run];
    case 'work':
    case 'claim':
      return [operation.host, operation.run];
    case 'extend':
    case 'end':
    case 'delist':
    case 'recover':
      return [operation.poster];
    case 'clean':
      return [operation.anybody];
    case 'stop':
    case 'finish':
    case 'complete':
    case 'quit':
    case 'stake':
    case 'stake-topup':
    case 'stake-extend':
    case 'unstake':
    case 'restake':
    case 'withdraw':
      return [operation.host];
  }
}

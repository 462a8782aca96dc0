/** One row of the error table: what a code means, for people and for retries. */
export interface ErrorRow {
  /** auto: Offpeak tries again by itself; owner: a person has to act; never: trying again is useless. */
  readonly retry: 'auto' | 'owner' | 'never';
  /** What happened, in a person's words. A thrower may replace it by a more exact sentence. */
  readonly message: string;
  /** What to do about it, exactly. */
  readonly remedy: string;
}

import type { JobOwner } from '../jobs/door-ports.ts';

/** Tells what an address signed with a header, and when it says so (UTC ms); null for nothing. */
export type Verify = (
  header: string,
  address: string,
) => { readonly message: string; readonly time: number | null } | null;

export type Checked =
  | { readonly ok: true; /** The header can change nothing more. */ readonly spend: () => void }
  | { readonly ok: false; readonly why: string };

/** How old a header may be that changes something, as among the network's own services. */
const MAX_AGE_MS = 300_000;
/** How far the owner's clock may be ahead of ours. */
const MAX_AHEAD_MS = 60_000;

/**
 * Checks that a request comes from the owner of a job, by the header that the owner signed.
 *
 * The network's form signs the message and not the time, so that whoever sees a header can put a
 * new time behind it. We cannot mend that without its clients; what we do: the message has to be
 * about this very job, not any text that its poster once signed; the time is asked for, so that a
 * header found in an old log is not enough; and one that has changed something can change nothing
 * more, as long as its time would still do. The rest is for the encrypted way to this door, and
 * for the job, which takes its definition once and gives its result once.
 *
 * Whoever only looks may do so with one header as long as the job is paid for: the network's
 * clients sign once and look all the time (its own host takes such a header for the job's timeout).
 */
export class OwnerCheck {
  readonly #verify: Verify;
  readonly #now: () => number;
  /** Headers that have changed something, with the moment when they are too old anyway. */
  readonly #spent = new Map<string, number>();

  constructor(verify: Verify, now: () => number) {
    this.#verify = verify;
    this.#now = now;
  }

  check(header: string, owner: JobOwner, changes: boolean): Checked {
    const signed = this.#verify(header, owner.poster);
    if (signed === null) return no('The header "authorization" is not signed by the job\'s owner.');
    if (!owner.messages.includes(signed.message)) {
      return no('The signed message is not about this job.');
    }
    const { time } = signed;
    if (time === null) return no('The header "authorization" has to end with the time.');
    const age = this.#now() - time;
    const maxAge = changes ? MAX_AGE_MS : Math.max(MAX_AGE_MS, owner.timeoutSeconds * 1000);
    if (age >= maxAge) return no('The header "authorization" is too old.');
    if (age <= -MAX_AHEAD_MS) return no('The header "authorization" is from the future.');
    // One signature and one time have one spelling each: `verify` takes no other.
    if (changes && this.#spent.has(header))
      return no('The header "authorization" was used before.');
    return { ok: true, spend: () => this.#spend(header, time + MAX_AGE_MS) };
  }

  #spend(header: string, until: number): void {
    const now = this.#now();
    for (const [old, end] of this.#spent) if (end <= now) this.#spent.delete(old);
    this.#spent.set(header, until);
  }
}

function no(why: string): Checked {
  return { ok: false, why };
}

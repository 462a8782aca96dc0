import type { JobDoor, JobOwner } from '../jobs/door-ports.ts';
import { Buckets } from './buckets.ts';
import { OwnerCheck, type Verify } from './owner-check.ts';

/** Whether a visitor comes in; `status` in the words of HTTP. */
export type Admission =
  | { readonly ok: true; /** The header can change nothing more. */ readonly spend: () => void }
  | { readonly ok: false; readonly status: 401 | 404 | 429; readonly why: string };

interface Claim {
  readonly job: string;
  readonly header: string | undefined;
  /** Where the connection comes from. */
  readonly source: string;
  /** It wants to change something. */
  readonly changes: boolean;
}

const STRANGERS = { burst: 60, perSecond: 10 };
const BAD_SIGNATURES = { burst: 20, perSecond: 1 / 3 };
const OWNERS = { burst: 60, perSecond: 10 };
/** One takes a tenth of a millisecond: at most this much of a core goes to strangers' signatures. */
const CHECKS = { burst: 400, perSecond: 200 };

const SLOWER: Admission = { ok: false, status: 429, why: 'Too many requests. Come back later.' };

/**
 * Who may pass the door, and how often. Through a tunnel all visitors come from one source: so
 * strangers and bad signatures are counted by source, but the owner of a job by the job, and
 * nobody else can use up what is the owner's.
 */
export class Gate {
  readonly #door: Pick<JobDoor, 'ownerOf'>;
  readonly #check: OwnerCheck;
  readonly #strangers: Buckets;
  readonly #badSignatures: Buckets;
  readonly #owners: Buckets;
  readonly #checks: Buckets;

  /** `now` in UTC ms. */
  constructor(door: Pick<JobDoor, 'ownerOf'>, verify: Verify, now: () => number) {
    this.#door = door;
    this.#check = new OwnerCheck(verify, now);
    this.#strangers = new Buckets(STRANGERS, now);
    this.#badSignatures = new Buckets(BAD_SIGNATURES, now);
    this.#owners = new Buckets(OWNERS, now);
    this.#checks = new Buckets(CHECKS, now);
  }

  /** Whether somebody who shows nothing may ask once more. */
  admitsStranger(source: string): boolean {
    return this.#strangers.take(source);
  }

  admitOwner({ job, header, source, changes }: Claim): Admission {
    const owner = this.#door.ownerOf(job);
    if (owner === null) return this.#refuse(source, 404, 'This host does not work on this job.');
    if (header === undefined) {
      return this.#refuse(source, 401, 'Sign the request: the header "authorization" is missing.');
    }
    if (!this.#checks.take('all')) return SLOWER;
    return this.#admitSigned(owner, { job, header, source, changes });
  }

  #admitSigned(owner: JobOwner, { job, header, source, changes }: Claim & { header: string }) {
    const checked = this.#check.check(header, owner, changes);
    if (!checked.ok) {
      const { why } = checked;
      return this.#badSignatures.take(source) ? ({ ok: false, status: 401, why } as const) : SLOWER;
    }
    return this.#owners.take(job) ? checked : SLOWER;
  }

  #refuse(source: string, status: 401 | 404, why: string): Admission {
    return this.#strangers.take(source) ? { ok: false, status, why } : SLOWER;
  }
}

import { OffpeakError } from '../../../app/contract/errors.ts';
import { webCourier, type Courier, type Errand } from '../../../app/jobs/logistics/courier.ts';

/** What a server outside was sent. */
interface Delivered {
  readonly address: string;
  readonly authorization: string;
  readonly text: string;
}

/** The servers that jobs name, in memory; which addresses may be named is the real rule. */
export class FakeCourier implements Courier {
  /** What an address gives; null for nothing. */
  give: (address: string) => string | null = () => null;
  /** Every asking, in order. */
  readonly asked: Pick<Errand, 'address' | 'authorization'>[] = [];
  readonly delivered: Delivered[] = [];
  /** So many errands fail from now on. */
  failures = 0;
  refusesDeliveries = false;

  objection(address: string): string | null {
    return webCourier().objection(address);
  }

  fetch({ address, authorization }: Errand): Promise<Uint8Array> {
    this.asked.push({ address, authorization });
    const text = this.#isFailing() ? null : this.give(address);
    return text === null ? Promise.reject(noAnswer()) : Promise.resolve(Buffer.from(text));
  }

  deliver({ address, authorization }: Errand, document: Uint8Array): Promise<void> {
    if (this.refusesDeliveries || this.#isFailing()) return Promise.reject(noAnswer());
    this.delivered.push({ address, authorization, text: Buffer.from(document).toString('utf8') });
    return Promise.resolve();
  }

  #isFailing(): boolean {
    if (this.failures === 0) return false;
    this.failures -= 1;
    return true;
  }
}

function noAnswer(): OffpeakError {
  return new OffpeakError('jobs.logistics-failed');
}

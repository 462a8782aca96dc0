import type { AddressPolicy } from '../../adapters/outside/addresses.ts';
import { outsideBytes } from '../../adapters/outside/answer.ts';
import { OutsideFault, type OutsideFaultKind } from '../../adapters/outside/faults.ts';
import type { Resolve } from '../../adapters/outside/lookup.ts';
import { outsideRequest, type OutsideOptions } from '../../adapters/outside/request.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../definition/limits.ts';

/** One walk to an address that a job names. */
export interface Errand {
  readonly address: string;
  /** Stays with the first host: a redirect to another one does not get it. */
  readonly authorization: string;
  readonly signal: AbortSignal;
}

/** Carries documents between this host and addresses that jobs name. Throws `jobs.logistics-…`. */
export interface Courier {
  /** Why no job may name this address; null when one may. */
  objection(address: string): string | null;
  fetch(errand: Errand): Promise<Uint8Array>;
  deliver(errand: Errand, document: Uint8Array): Promise<void>;
}

export interface CourierOptions extends AddressPolicy {
  /** For tests: the confidential part of a job is never sent in the clear. */
  readonly allowHttp?: boolean;
  readonly resolve?: Resolve;
}

/** A courier that reaches the public internet alone, and that encrypted. */
export function webCourier(options: CourierOptions = {}): Courier {
  const { allowHttp = false, ...reach } = options;
  const objection = (address: string): string | null => {
    const protocol = URL.parse(address)?.protocol;
    const isAllowed = protocol === 'https:' || (allowHttp && protocol === 'http:');
    return isAllowed ? null : 'The job names an address that does not begin with "https://".';
  };
  const optionsOf = ({ address, authorization, signal }: Errand): OutsideOptions => {
    const message = objection(address);
    if (message !== null) throw new OffpeakError('jobs.logistics-address', { message });
    return { ...reach, signal, headers: { authorization } };
  };
  return {
    objection,
    async fetch(errand) {
      const limited = { ...optionsOf(errand), maxBytes: MAX_DOCUMENT_BYTES };
      const { status, bytes } = await outsideBytes(errand.address, limited).catch(refuse);
      checkStatus(status);
      return bytes;
    },
    async deliver(errand, document) {
      const { headers, ...how } = optionsOf(errand);
      const { status, body } = await outsideRequest(errand.address, {
        ...how,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: document,
      }).catch(refuse);
      // Whatever the server says beside the status is of no use here.
      body.destroy();
      checkStatus(status);
    },
  };
}

function checkStatus(status: number): void {
  if (status >= 200 && status <= 299) return;
  const message = `The address that the job names answered with the status ${status}.`;
  throw new OffpeakError('jobs.logistics-failed', { message });
}

/** The words name no address: it may hold a secret of the poster, and they may get onto IPFS. */
function refuse(error: unknown): never {
  if (!(error instanceof OutsideFault)) throw error;
  const { code, message } = words[error.kind];
  throw new OffpeakError(code, { message, cause: error });
}

type Words = {
  readonly code: 'jobs.logistics-address' | 'jobs.logistics-failed';
  readonly message: string;
};

const forbidden = (message: string): Words => ({ code: 'jobs.logistics-address', message });
const failed = (message: string): Words => ({ code: 'jobs.logistics-failed', message });

const words: Readonly<Record<OutsideFaultKind, Words>> = {
  'bad-address': forbidden('The job names an address that cannot be asked.'),
  'refused-address': forbidden(
    'The address that the job names leads to this computer or its network, where no job may go.',
  ),
  redirect: forbidden('The address that the job names sends elsewhere, which is not followed.'),
  'too-large': forbidden(
    `The address that the job names sent more than ${MAX_DOCUMENT_BYTES} bytes.`,
  ),
  unreadable: failed('The address that the job names sent something unreadable.'),
  unreachable: failed('The address that the job names does not answer.'),
  stalled: failed('The address that the job names took too long to answer.'),
  broken: failed('The address that the job names broke off its answer.'),
  aborted: failed('The request to the address that the job names was given up.'),
};

import { firstMessage } from '../../adapters/web-socket.ts';
import type { Endpoint } from '../ports.ts';
import { hostAndPort } from './address.ts';
import type { HealthCheck } from './health.ts';
import { httpStatus } from './http-status.ts';

/** Asks a service whether it is up. The service is a stranger's: it may answer anything, or never. */
export interface Prober {
  /** True when the answer is the expected one; throws where there is none before the signal. */
  probe(endpoint: Endpoint, check: HealthCheck, signal: AbortSignal): Promise<boolean>;
}

const MAX_MESSAGE_BYTES = 256 * 1024;

/** Asks over the network of this computer. */
export const systemProber: Prober = {
  async probe(endpoint, check, signal) {
    if (check.type === 'http') {
      return (await httpStatus(endpoint, check, signal)) === check.expected_status;
    }
    const url = `ws://${hostAndPort(endpoint)}/`;
    const message = await firstMessage(url, MAX_MESSAGE_BYTES, signal);
    // The network's own host looks for it anywhere in the answer, too.
    return message.includes(check.expected_response);
  },
};

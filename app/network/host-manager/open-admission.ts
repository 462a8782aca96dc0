import type { Signer } from '../../adapters/solana/types.ts';
import { encodeAuthorization } from '../nosana/authorization.ts';
import type { NosanaPrograms } from '../nosana/programs.ts';
import type { NetworkSettings } from '../nosana/settings.ts';
import { AccessKeyDesk, type AccessKeyDeskParts } from './access-key-desk.ts';
import { Admission, type AdmissionParts } from './admission.ts';
import { createAdmissionRecord } from './admission-record.ts';
import { HostManagerClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { Heartbeats } from './heartbeats.ts';

export interface AdmissionOptions
  extends
    Pick<AdmissionParts, 'contact' | 'version' | 'wantedMarket' | 'runBenchmark'>,
    Pick<AccessKeyDeskParts, 'chain' | 'limits'> {
  /** Of the host manager: http or https. */
  readonly baseUrl: string;
  readonly signer: Signer;
  readonly programs: NosanaPrograms;
  readonly settings: NetworkSettings;
  readonly clock?: Clock;
}

/** The dealings of one host identity with one host manager. */
export interface HostManagerDealings {
  readonly client: HostManagerClient;
  readonly admission: Admission;
  readonly heartbeats: Heartbeats;
}

/** Puts them together; nothing is asked yet. Throws `network.host-manager-unreachable`. */
export function openAdmission(options: AdmissionOptions): HostManagerDealings {
  const { baseUrl, signer, settings, clock = systemClock } = options;
  const { address } = signer;
  const authorize = (message: string): Promise<string> =>
    encodeAuthorization(message, signer, null);
  const client = new HostManagerClient({ baseUrl, address, authorize, clock });
  const heartbeats = new Heartbeats({ client, clock, onHeard: () => void admission.refresh() });
  const admission: Admission = new Admission({
    ...options,
    client,
    heartbeats,
    address,
    authorize,
    record: createAdmissionRecord(settings, address),
    accessKeys: new AccessKeyDesk({ ...options, clock }),
    clock,
  });
  return { client, admission, heartbeats };
}

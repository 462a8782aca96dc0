import { createTrial } from '../adapters/solana/trial.ts';
import type { Contact } from '../contract/network-choices.ts';
import type { HostOptions } from '../host-options.ts';
import { runLocally } from '../jobs/local-run.ts';
import { MAX_KEY_LAMPORTS } from '../network/host-manager/access-key-desk.ts';
import { openAdmission, type HostManagerDealings } from '../network/host-manager/open-admission.ts';
import type { NosanaNetwork } from '../network/nosana/nosana-network.ts';
import { NOSANA_PROGRAMS } from '../network/nosana/programs.ts';
import type { Identity, NetworkAddress, NetworkProvider } from '../network/provider.ts';
import type { Rooms } from '../rooms.ts';
import { readNetworkChoices } from '../storage/network-choices.ts';
import type { CardOf } from './lender.ts';

interface Who extends Pick<Identity, 'signer'> {
  readonly network: NosanaNetwork;
  readonly provider: NetworkProvider;
  readonly card: CardOf;
}

/** Nobody gets mail from a practice network. */
const PRACTICE_CONTACT: Contact = {
  email: 'practice@offpeak.invalid',
  discord: null,
  twitter: null,
};

/** The dealings of an identity with the host manager at this address; nothing is asked yet. */
export function openDealings(
  options: HostOptions,
  rooms: Pick<Rooms, 'settings' | 'containers' | 'resources'>,
  { network, provider, signer, card }: Who,
  { rpc, hostManagerUrl }: NetworkAddress,
): HostManagerDealings | null {
  if (hostManagerUrl === null) return null;
  const { settings, containers, resources } = rooms;
  const trial = createTrial(rpc.map(({ rpcUrl }) => rpcUrl));
  const choices = () => readNetworkChoices(settings);
  return openAdmission({
    baseUrl: hostManagerUrl,
    signer,
    programs: NOSANA_PROGRAMS,
    settings,
    version: options.version,
    contact: () => (provider.practice ? PRACTICE_CONTACT : choices().contact),
    // Which market fits is the network's to say: it measures, and gives the key of one.
    wantedMarket: () => null,
    chain: () => ({ ...network.chain, trial }),
    limits: () => ({
      maxFeeLamports: BigInt(choices().maxFee),
      maxLamports: MAX_KEY_LAMPORTS,
    }),
    runBenchmark: (definition, signal) => {
      const present = card.present();
      return runLocally(definition, {
        engine: containers,
        resources,
        home: options.home,
        cards: present === null ? [] : [present],
        onLine: () => undefined,
        signal,
      });
    },
  });
}

import { openMainnet } from '../network/mainnet/mainnet.ts';
import type { Phase } from '../contract/phase.ts';
import type { NodeInfo } from '../owner-api/node-info.ts';
import { NosanaNetwork } from '../network/nosana/nosana-network.ts';
import type { NetworkProvider } from '../network/provider.ts';
import type { HostOptions } from '../host-options.ts';
import type { Rooms } from '../rooms.ts';
import { readNetworkChoices, readNetworkSecrets } from '../storage/network-choices.ts';
import { openDealings } from './open-admission.ts';
import { Lender, type CommonFacts } from './lender.ts';
import type { LendersParts } from './lenders.ts';
import { Lending } from './lending.ts';
import { mainnetKeys } from './mainnet-keys.ts';

interface Hooks {
  readonly common: () => CommonFacts;
  readonly onChange: () => void;
  readonly onClosed: () => void;
  readonly onNetwork: () => void;
  readonly cooling: LendersParts['cooling'];
  readonly measuring: LendersParts['measuring'];
  readonly nodeInfo: (phase: Phase, card: string | null) => NodeInfo;
}

/** The lending on either network, wired to the rooms; nothing is started yet. */
export function openLending(options: HostOptions, rooms: Rooms, hooks: Hooks): Lending {
  const { settings, practice, vault, history } = rooms;
  const mainnet = openMainnet({
    keys: mainnetKeys(vault),
    servers: () => readNetworkSecrets(settings),
  });
  return new Lending({
    providers: { practice, mainnet },
    wanted: () => readNetworkChoices(settings).kind,
    build: (provider) => lenderOf(options, rooms, hooks, provider),
    unsettled: (network) => history.unsettled(network),
    common: hooks.common,
    cooling: hooks.cooling,
    measuring: hooks.measuring,
    onChange: hooks.onChange,
    onNetwork: hooks.onNetwork,
    log: options.log,
  });
}

function lenderOf(
  options: HostOptions,
  rooms: Rooms,
  hooks: Hooks,
  provider: NetworkProvider,
): LendersParts['build'] {
  const { db, settings, containers, resources } = rooms;
  const { home, log } = options;
  return ({ signer }, card) => {
    const network = new NosanaNetwork({
      id: provider.id,
      practice: provider.practice,
      signer,
      genesisRule: provider.genesisRule,
      settings,
      fees: {
        maxFeeLamports: () => BigInt(readNetworkChoices(settings).maxFee),
        reserveLamports: () => BigInt(readNetworkChoices(settings).reserve),
      },
    });
    return new Lender({
      network,
      market: provider.market,
      version: options.version,
      card,
      jobs: {
        db,
        home,
        engine: containers,
        resources,
        tunnels: containers.tunnels,
      },
      doors: containers.tunnels,
      nodeInfo: (phase) => hooks.nodeInfo(phase, card.id()),
      dealings: (address) =>
        openDealings(options, rooms, { network, provider, signer, card }, address),
      common: hooks.common,
      onChange: hooks.onChange,
      onClosed: hooks.onClosed,
      log,
    });
  };
}

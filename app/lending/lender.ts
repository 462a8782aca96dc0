import type { IdentityState } from '../contract/identity-state.ts';
import type { CostPreview } from '../contract/costs.ts';
import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Tunnels } from '../containers/tunnels.ts';
import type { Log } from '../contract/log.ts';
import type { Phase } from '../contract/phase.ts';
import type { RewardClaim, Rewards } from '../contract/rewards.ts';
import { phaseOf } from '../availability/phase.ts';
import type { Cooling } from '../availability/thermal-guard.ts';
import { JobsRoom, type JobsRoomOptions } from '../jobs/jobs-room.ts';
import type { LentCard } from '../jobs/passport.ts';
import type { Offer } from '../jobs/ports.ts';
import type { HostManagerDealings } from '../network/host-manager/open-admission.ts';
import { verifyAuthorization } from '../network/nosana/authorization.ts';
import { webSocketOf } from '../network/mainnet/servers.ts';
import type { RpcEndpoint } from '../adapters/solana/rpc-endpoint.ts';
import type { Balances, NosanaNetwork } from '../network/nosana/nosana-network.ts';
import type { NetworkAddress } from '../network/provider.ts';
import type { PublishedMarket } from '../readiness/limits.ts';
import type { NodeInfo } from '../owner-api/node-info.ts';
import { OwnerApi } from '../owner-api/owner-api.ts';
import { FrontDoor } from './front-door.ts';
import { Membership } from './membership.ts';
import { limitsOf } from './published-limits.ts';

/** What holds for all identities of this host. */
export interface CommonFacts {
  readonly stopping: boolean;
  /** The owner's own choice. */
  readonly lending: boolean;
  readonly engine: Problem | 'checking' | 'ready';
  /** The owner chose another network: nothing new is begun on this one. */
  readonly leaving: boolean;
}

/** The card of an identity: which it is, and as it is now. */
export interface CardOf {
  /** UUID; null where this computer has none. */
  readonly id: () => string | null;
  /** Null while it is not in the computer. */
  readonly present: () => LentCard | null;
  /** Why it is not lent now though it is there: heat. */
  readonly cooling: () => Cooling | null;
  readonly measuring: () => boolean;
}

export interface LenderParts {
  readonly network: NosanaNetwork;
  readonly market: string | null;
  /** Of this program, for `%%global.version%%`. */
  readonly version: string;
  readonly card: CardOf;
  readonly jobs: Pick<JobsRoomOptions, 'db' | 'home' | 'engine' | 'resources' | 'tunnels'>;
  /** Publish the owners' door where the network has a tunnel. */
  readonly doors: Pick<Tunnels, 'keepDoor' | 'endDoor'>;
  /** The dealings with the host manager of an address; null where it has none. */
  readonly dealings: (address: NetworkAddress) => HostManagerDealings | null;
  /** What everybody may know of this host. */
  readonly nodeInfo: (phase: Phase) => NodeInfo;
  readonly common: () => CommonFacts;
  readonly onChange: () => void;
  /** A run of it has closed. */
  readonly onClosed: () => void;
  readonly log: Log;
}

const TAKE_AGAIN_MS = 5_000;
const OPERATOR_MS = 10_000;
const REWARDS_MS = 30_000;
const TAKEN_BACK = 'The owner took the card back.';
const TOO_HOT = 'The card became too hot.';
/** A running job that is to be handed back at quit gets this long. */
const QUIT_MS = 60_000;

/** One host identity at work: its card, its place on the network, its run. */
export class Lender {
  readonly jobs: JobsRoom;
  readonly membership: Membership;
  readonly #parts: LenderParts;
  readonly #door: FrontDoor;
  readonly #stops: (() => void)[];
  /** Offers that came while another run was in hand. */
  #offers: Offer[] = [];
  #dealings: HostManagerDealings | null = null;
  #handedBack = false;
  #takeProblem: Problem | null = null;
  #balances: Balances | null = null;
  #again: NodeJS.Timeout | null = null;

  constructor(parts: LenderParts) {
    this.#parts = parts;
    const { network, log, onChange } = parts;
    this.jobs = new JobsRoom({
      ...parts.jobs,
      network,
      log,
      policy: () => ({
        cards: this.#lentCards(),
        hostAddress: network.host,
        version: parts.version,
      }),
    });
    this.membership = new Membership({
      network,
      market: parts.market,
      wants: () => this.#wants(),
      isBusy: () => this.jobs.current() !== null,
      onOffer: (offer) => {
        this.#offers.push(offer);
        this.#takeNext();
      },
      onChange,
      log,
    });
    const { door } = this.jobs;
    const ownerApi = new OwnerApi({
      door,
      address: network.host,
      nodeInfo: () => parts.nodeInfo(this.#phase().phase),
      verify: verifyAuthorization,
      log,
    });
    this.#door = new FrontDoor({ ownerApi, address: network.host, tunnels: parts.doors, log });
    this.#stops = [
      this.jobs.onChange(onChange),
      this.jobs.onClosed(() => {
        parts.onClosed();
        this.#takeNext();
      }),
      network.onChange(() => void this.readBalances()),
    ];
  }

  get address(): string {
    return this.#parts.network.host;
  }

  get card(): string | null {
    return this.#parts.card.id();
  }

  /** Goes on with what a stop or a crash left. */
  start(): void {
    this.#door.open();
    this.jobs.recover();
    // A job that was running when the owner took the card and the host was killed.
    if (!this.#parts.common().lending) this.jobs.handBack(TAKEN_BACK);
  }

  /** The network is reached at this address from now on. */
  async connect(address: NetworkAddress): Promise<void> {
    const dealings = this.#parts.dealings(address);
    this.#dealings = dealings;
    const operators = address.operatorRpc === true ? await operatorRpc(dealings) : [];
    if (dealings !== this.#dealings) return;
    const rpc = [...operators, ...address.rpc];
    await this.membership.connect({ ...address, rpc }, dealings?.admission ?? null);
    this.#door.publish();
    await this.readBalances();
  }

  /** Acts on the facts; call it after any change. */
  check(): void {
    this.#giveWay();
    this.membership.check();
  }

  /** The owner lends or takes back. */
  lend(lending: boolean): void {
    if (lending) this.#handedBack = false;
    else if (this.jobs.current() !== null) {
      this.#handedBack = true;
      this.jobs.handBack(TAKEN_BACK);
    }
    this.membership.retryNow();
  }

  /** What its market asks of a computer, as the network publishes it; null where it does not. */
  async thresholds(signal: AbortSignal): Promise<PublishedMarket | null> {
    const { market } = this.membership;
    const card = this.#parts.card.present();
    if (market === null || this.#dealings === null) return null;
    const { address: name } = market;
    const rules = await this.#dealings.client.thresholds(name, signal);
    const limits = limitsOf(rules.map(({ jsonLogic }) => jsonLogic));
    return { name, cards: card === null ? [] : [card.name], limits };
  }

  /** What lending in its market costs. Throws `network.…`. */
  costs(): Promise<CostPreview> {
    const { market } = this.membership;
    if (market === null) throw new OffpeakError('network.not-connected');
    return this.#parts.network.costs(market.address);
  }

  /** The uptime rewards of the network. Throws `network.…`. */
  async rewards(): Promise<Rewards> {
    const { claimableBaseUnits, claimedBaseUnits } = await this.#hostManager.rewards(soon());
    return { claimable: String(claimableBaseUnits), claimed: String(claimedBaseUnits) };
  }

  /** Has them paid out. Throws `network.…`. */
  async claimRewards(): Promise<RewardClaim> {
    const claim = await this.#hostManager.claimRewards(soon());
    const { success, message, claimableBaseUnits, transaction } = claim;
    return { success, message, claimable: String(claimableBaseUnits), transaction };
  }

  /** What a view may see of it. */
  state(): IdentityState {
    const { market } = this.membership;
    const job = this.jobs.current();
    return {
      address: this.address,
      card: this.card,
      ...this.#phase(),
      admission: this.membership.admission,
      queue:
        market?.position == null
          ? null
          : { position: market.position, length: market.length, market: market.address },
      market:
        market === null
          ? null
          : {
              address: market.address,
              timeoutSeconds: market.timeoutSeconds,
              pricePerSecond: String(market.pricePerSecond),
            },
      job,
      nos: this.#balances?.nos == null ? null : String(this.#balances.nos),
      lamports: this.#balances === null ? null : String(this.#balances.lamports),
    };
  }

  /** The balance is read again with the next change; meanwhile the last one stands. */
  async readBalances(): Promise<void> {
    const { network, log, onChange } = this.#parts;
    if (network.genesis === null) return;
    try {
      this.#balances = await network.balances();
      onChange();
    } catch (error) {
      log('warn', 'cannot read balances', { code: toErrorReport(error).code });
    }
  }

  /** `handBack` first leaves the queue and ends a run in hand with its pay so far. */
  async stop({ handBack }: { readonly handBack: boolean }): Promise<void> {
    const { membership, jobs } = this;
    await membership.leave({ queue: handBack });
    await jobs.stop(handBack ? { reason: 'Offpeak was stopped.', patienceMs: QUIT_MS } : null);
    for (const stop of this.#stops) stop();
    if (this.#again !== null) clearTimeout(this.#again);
    await this.#door.close();
    membership.disconnectForGood();
  }

  get #hostManager(): HostManagerDealings['client'] {
    if (this.#dealings === null) throw new OffpeakError('network.not-connected');
    return this.#dealings.client;
  }

  #wants(): boolean {
    const { stopping, lending, engine, leaving } = this.#parts.common();
    const { card } = this.#parts;
    const isFree = this.#hasCard() && card.cooling() === null && !card.measuring();
    return lending && !stopping && !leaving && engine === 'ready' && isFree;
  }

  #hasCard(): boolean {
    return this.card === null || this.#parts.card.present() !== null;
  }

  #lentCards(): LentCard[] {
    const card = this.#parts.card.present();
    return card === null ? [] : [card];
  }

  #phase(): Pick<IdentityState, 'phase' | 'reason'> {
    const common = this.#parts.common();
    const { connection, admission, joinProblem, market } = this.membership;
    return phaseOf({
      ...common,
      handedBack: this.#handedBack,
      hasCard: this.#hasCard(),
      cooling: this.#parts.card.cooling(),
      measuring: this.#parts.card.measuring(),
      network: connection,
      admission,
      job: this.jobs.current(),
      jobProblem: this.jobs.obstacle()?.problem ?? null,
      queue: market?.position == null ? null : { position: market.position, length: market.length },
      joinProblem: this.#takeProblem ?? joinProblem,
    });
  }

  #giveWay(): void {
    const job = this.jobs.current();
    if (job === null || job.handingBack || this.#parts.card.cooling() === null) return;
    this.jobs.handBack(TOO_HOT);
  }

  // One run at a time: what is busy now is offered again when the run in hand has closed.
  #takeNext(): void {
    const { common, onChange } = this.#parts;
    try {
      this.#offers = this.#offers.filter((offer) => this.jobs.take(offer) === 'busy');
      this.#takeProblem = null;
      // One that was on its way while the owner took the card: left at once, nothing was done.
      if (!common().lending) this.jobs.handBack(TAKEN_BACK);
      this.#giveWay();
    } catch (error) {
      // A full disk: the offer stays, and so does its place on the chain.
      this.#takeProblem = toErrorReport(error);
      this.#again = setTimeout(() => this.#takeNext(), TAKE_AGAIN_MS);
    }
    onChange();
  }
}

function soon(): AbortSignal {
  return AbortSignal.timeout(REWARDS_MS);
}

/** The server that the network pays for; none where it names none now: there are public ones. */
async function operatorRpc(dealings: HostManagerDealings | null): Promise<RpcEndpoint[]> {
  try {
    const rpcUrl = await dealings?.client.rpcUrl(AbortSignal.timeout(OPERATOR_MS));
    return rpcUrl === undefined ? [] : [{ rpcUrl, wsUrl: webSocketOf(rpcUrl) }];
  } catch {
    return [];
  }
}

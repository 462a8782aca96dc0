import type { Problem } from '../../../app/contract/gpu.ts';
import { OffpeakError, type ErrorCode } from '../../../app/contract/errors.ts';
import type {
  Assignment,
  JobNetwork,
  Offer,
  Payment,
  SettlementKind,
  SignedTransaction,
  TransactionStatus,
} from '../../../app/jobs/ports.ts';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { encodeAuthorization } from '../../../app/network/nosana/authorization.ts';
import { readCanonicalJson } from '../../../app/network/nosana/canonical-json.ts';
import { cidOfDocument } from '../../../app/network/nosana/cid.ts';
import { encodeBase58 } from '../../../app/contract/base58.ts';
import { readWire } from './fake-wire.ts';

/**
 * A whole network in memory: documents, runs, a block height and a clock. It is a fake: it keeps
 * the rules of payment and of settling once, and nothing else of a chain. The object outlives the
 * host under test, so that a test can "restart" the host and hand it the same network again.
 */
export class FakeNetwork implements JobNetwork {
  readonly id: string;
  readonly practice: boolean;
  /** Documents by CID. Tests may delete one to make it unreachable. */
  readonly documents = new Map<string, Uint8Array>();
  /** Every settlement that landed, in order. The proof that nothing is settled twice. */
  readonly ledger: LandedSettlement[] = [];
  /** How often each method was called. */
  readonly calls: Record<FakeMethod, number> = {
    fetchDocument: 0,
    storeDocument: 0,
    readAssignment: 0,
    signSettlement: 0,
    sendTransaction: 0,
    transactionStatus: 0,
  };
  /** What becomes of transactions that are sent from now on. */
  sending: Sending = 'confirm';
  /** False: changes are not pushed to watchers; only reading finds them. */
  pushes = true;
  genesis: string;
  blockHeight = 1000;
  /** The key of the host. */
  readonly signer = throwawaySigner();
  readonly host = this.signer.address;

  readonly #now: () => number;
  readonly #runs = new Map<string, FakeRun>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #landed = new Map<string, TransactionStatus>();
  readonly #failures = new Map<FakeMethod, { left: number; code: ErrorCode }>();
  #serial = 0;

  /** `now` is the chain's clock, UTC ms. */
  constructor(options: FakeNetworkOptions) {
    this.id = options.id ?? 'practice';
    this.practice = options.practice ?? true;
    this.genesis = options.genesis ?? 'FakeGenesis1';
    this.#now = options.now;
  }

  // ---- What a poster and a chain do -------------------------------------------------------

  /** Stores the definition and assigns a run for it to us; the pay clock starts now. */
  assign(definition: unknown, options: Partial<Offer> = {}): Offer {
    const bytes = Buffer.from(JSON.stringify(definition));
    const definitionCid = cidOfDocument(bytes);
    this.documents.set(definitionCid, bytes);
    const offer: Offer = {
      run: this.#address(),
      job: this.#address(),
      market: 'FakeMarket1111111111111111111111111111111111',
      poster: 'FakePoster1111111111111111111111111111111111',
      definitionCid,
      pricePerSecond: 48n,
      timeoutSeconds: 3600,
      assignedAt: this.#seconds() * 1000,
      ...options,
    };
    this.#runs.set(offer.run, {
      offer,
      timeoutSeconds: offer.timeoutSeconds,
      payment: null,
      resultCid: null,
      state: 'assigned',
    });
    return offer;
  }

  /** The poster pays for more time. */
  extend(run: string, seconds: number): void {
    this.#run(run).timeoutSeconds += seconds;
    this.#push(run);
  }

  /** The poster ends the job: the host is paid up to now, and may still attach a result. */
  endByClient(run: string): void {
    const entry = this.#run(run);
    entry.payment = this.#pay(entry);
    entry.state = 'closed';
    this.#push(run);
  }

  /** An admin closes the run; nobody is paid. */
  drop(run: string): void {
    this.#run(run).state = 'gone';
    this.#push(run);
  }

  /** Time passes on the chain: a transaction lives for 150 blocks. */
  passBlocks(count: number): void {
    this.blockHeight += count;
  }

  /** Another chain takes this one's place, as after a restart of the practice network. */
  replaceChain(genesis: string): void {
    this.genesis = genesis;
    this.blockHeight = 0;
    this.#landed.clear();
    this.#runs.clear();
  }

  /** The next `times` calls of a method fail with this code. */
  fail(method: FakeMethod, times = 1, code: ErrorCode = 'network.rpc-unreachable'): void {
    this.#failures.set(method, { left: times, code });
  }

  /** How many settlements of this run landed. More than one is a bug of the host. */
  landed(run: string): number {
    return this.ledger.filter((entry) => entry.run === run).length;
  }

  /** The result document of a run, parsed; undefined where none is attached or stored. */
  result(run: string): unknown {
    const cid = this.#run(run).resultCid;
    const bytes = cid === null ? undefined : this.documents.get(cid);
    return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
  }

  // ---- JobNetwork -------------------------------------------------------------------------

  async fetchDocument(cid: string, signal: AbortSignal): Promise<Uint8Array> {
    this.#called('fetchDocument');
    signal.throwIfAborted();
    const bytes = this.documents.get(cid);
    if (bytes === undefined) throw new OffpeakError('network.content-unreachable');
    return Promise.resolve(bytes.slice());
  }

  async storeDocument(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    this.#called('storeDocument');
    signal.throwIfAborted();
    readCanonicalJson(bytes);
    const cid = cidOfDocument(bytes);
    this.documents.set(cid, bytes.slice());
    return Promise.resolve(cid);
  }

  /** A failure injected here is the state `unknown`, as the real network answers. */
  async readAssignment(offer: Offer, signal: AbortSignal): Promise<Assignment> {
    signal.throwIfAborted();
    const problem = this.#problem('readAssignment');
    return Promise.resolve(
      problem === null ? this.#assignment(offer) : { state: 'unknown', problem },
    );
  }

  watchAssignment(offer: Offer, onChange: () => void): () => void {
    const watchers = this.#watchers.get(offer.run) ?? new Set();
    this.#watchers.set(offer.run, watchers.add(onChange));
    return () => watchers.delete(onChange);
  }

  async signSettlement(
    offer: Offer,
    kind: SettlementKind,
    resultCid: string | null,
  ): Promise<SignedTransaction> {
    this.#called('signSettlement');
    if ((kind === 'quit') !== (resultCid === null)) {
      throw new OffpeakError('network.settlement-unknown');
    }
    const signature = this.#address();
    const wire = JSON.stringify({ run: offer.run, kind, resultCid, signature });
    return Promise.resolve({
      kind,
      signature,
      wire: Buffer.from(wire).toString('base64'),
      lastValidBlockHeight: this.blockHeight + 150,
      genesis: this.genesis,
    });
  }

  async sendTransaction(
    transaction: SignedTransaction,
    signal: AbortSignal,
  ): Promise<TransactionStatus> {
    if (this.#problem('sendTransaction') !== null) return { state: 'pending' };
    const known = this.#status(transaction);
    if (known.state !== 'pending') return known;
    switch (this.sending) {
      case 'confirm':
        return this.#land(transaction);
      case 'land-unheard':
        this.#land(transaction);
        return untilAborted(signal);
      case 'hang':
        return untilAborted(signal);
      case 'lose':
        // As the real one: it waits for the whole life of the transaction.
        this.blockHeight = Math.max(this.blockHeight, transaction.lastValidBlockHeight + 1);
        return { state: 'expired' };
      case 'reject': {
        const rejected = rejection('The chain refused it.');
        this.#landed.set(transaction.signature, rejected);
        return rejected;
      }
    }
  }

  /** A failure injected here answers `pending`: nothing may be concluded. */
  async transactionStatus(transaction: SignedTransaction): Promise<TransactionStatus> {
    const failed = this.#problem('transactionStatus') !== null;
    return Promise.resolve(failed ? { state: 'pending' } : this.#status(transaction));
  }

  /** With a real key, so that whoever gets the header can check it. */
  authorize(message: string): Promise<string> {
    return encodeAuthorization(message, this.signer, this.#now());
  }

  // ---- Rules ------------------------------------------------------------------------------

  #assignment(offer: Offer): Assignment {
    const run = this.#runs.get(offer.run);
    if (run === undefined || run.state === 'gone') return { state: 'gone' };
    if (run.state === 'assigned') return { state: 'assigned', timeoutSeconds: run.timeoutSeconds };
    if (run.payment === null) throw new Error('fake network: a closed run without payment');
    // On the chain, too, a result attached later looks like one that came with `finish`.
    return run.resultCid === null
      ? { state: 'ended-by-client', resultSet: false, ...run.payment }
      : { state: 'settled', resultCid: run.resultCid, ...run.payment };
  }

  #status(transaction: SignedTransaction): TransactionStatus {
    if (transaction.genesis !== this.genesis) return { state: 'expired' };
    const landed = this.#landed.get(transaction.signature);
    if (landed !== undefined) return landed;
    return { state: this.blockHeight > transaction.lastValidBlockHeight ? 'expired' : 'pending' };
  }

  #land(transaction: SignedTransaction): TransactionStatus {
    const { run, resultCid } = readWire(transaction.wire);
    const entry = this.#runs.get(run);
    const status =
      entry === undefined
        ? rejection('There is no such run.')
        : this.#settle(entry, transaction.kind, resultCid);
    this.#landed.set(transaction.signature, status);
    if (entry !== undefined && status.state === 'confirmed') {
      this.ledger.push({
        run,
        kind: transaction.kind,
        signature: transaction.signature,
        resultCid,
        payoutBaseUnits: entry.payment?.payoutBaseUnits ?? 0n,
      });
      this.#push(run);
    }
    return status;
  }

  #settle(run: FakeRun, kind: SettlementKind, resultCid: string | null): TransactionStatus {
    if (kind === 'complete') {
      if (run.state !== 'closed') return rejection('JobWrongState');
      if (run.resultCid !== null) return rejection('JobResultsAlreadySet');
      run.resultCid = resultCid;
      return { state: 'confirmed' };
    }
    // The program closes the run account: a second settlement finds nothing.
    if (run.state !== 'assigned') return rejection('JobInvalidRunAccount');
    if (kind === 'quit') {
      run.state = 'gone';
      return { state: 'confirmed' };
    }
    run.payment = this.#pay(run);
    run.resultCid = resultCid;
    run.state = 'closed';
    return { state: 'confirmed' };
  }

  #pay(run: FakeRun): Payment {
    const end = this.#seconds();
    const used = Math.max(0, end - Math.floor(run.offer.assignedAt / 1000));
    const paidSeconds = Math.min(used, run.timeoutSeconds);
    return {
      paidSeconds,
      payoutBaseUnits: run.offer.pricePerSecond * BigInt(paidSeconds),
      refundBaseUnits: run.offer.pricePerSecond * BigInt(run.timeoutSeconds - paidSeconds),
      endedAt: end * 1000,
    };
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #run(run: string): FakeRun {
    const entry = this.#runs.get(run);
    if (entry === undefined) throw new Error(`fake network: no run ${run}`);
    return entry;
  }

  #push(run: string): void {
    if (!this.pushes) return;
    for (const watcher of this.#watchers.get(run) ?? []) queueMicrotask(watcher);
  }

  #called(method: FakeMethod): void {
    const problem = this.#problem(method);
    if (problem !== null) throw problem;
  }

  #problem(method: FakeMethod): OffpeakError | null {
    this.calls[method]++;
    const failure = this.#failures.get(method);
    if (failure === undefined || failure.left === 0) return null;
    failure.left--;
    return new OffpeakError(failure.code);
  }

  #address(): string {
    const bytes = Buffer.alloc(32, 7);
    bytes.writeUInt32BE(++this.#serial);
    return encodeBase58(bytes);
  }
}

export interface FakeNetworkOptions {
  readonly now: () => number;
  readonly id?: string;
  readonly practice?: boolean;
  readonly genesis?: string;
}

/**
 * What becomes of a sent transaction. `confirm`: it lands and we hear of it. `land-unheard`: it
 * lands, and `sendTransaction` only returns (as `pending`) when its signal aborts, like a crash
 * between. `hang`: it stays on its way until aborted. `lose`: nobody takes it until it expires.
 * `reject`: the program refuses it.
 */
export type Sending = 'confirm' | 'land-unheard' | 'hang' | 'lose' | 'reject';

type FakeMethod =
  | 'fetchDocument'
  | 'storeDocument'
  | 'readAssignment'
  | 'signSettlement'
  | 'sendTransaction'
  | 'transactionStatus';

interface LandedSettlement {
  readonly run: string;
  readonly kind: SettlementKind;
  readonly signature: string;
  readonly resultCid: string | null;
  readonly payoutBaseUnits: bigint;
}

interface FakeRun {
  readonly offer: Offer;
  timeoutSeconds: number;
  payment: Payment | null;
  resultCid: string | null;
  state: 'assigned' | 'closed' | 'gone';
}

function rejection(message: string): { state: 'rejected'; problem: Problem } {
  const error = new OffpeakError('network.transaction-rejected', { message });
  return { state: 'rejected', problem: error.toReport() };
}

function untilAborted(signal: AbortSignal): Promise<TransactionStatus> {
  return new Promise((resolve) => {
    const done = (): void => resolve({ state: 'pending' });
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}

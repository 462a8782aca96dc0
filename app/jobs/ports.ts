import type { PullProgress } from '../contract/job.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Resource } from './definition/resources.ts';

/**
 * What the jobs room needs of other rooms. The network room and the containers room implement
 * these; tests use fakes in test/fakes.
 */

/** A run account that names this host. The pay clock runs since `assignedAt`. */
export interface Offer {
  /** Address of the run account: the identity of this run. */
  readonly run: string;
  readonly job: string;
  readonly market: string;
  /** Who posted the job (the job account's project). */
  readonly poster: string;
  readonly definitionCid: string;
  /** NOS base units per second. */
  readonly pricePerSecond: bigint;
  readonly timeoutSeconds: number;
  /** UTC ms of the chain's clock. */
  readonly assignedAt: number;
}

/** What the chain says of an assignment now. */
export type Assignment =
  /** The run account exists and names us; timeout may have been extended. */
  | { readonly state: 'assigned'; readonly timeoutSeconds: number }
  /** The run is closed by the client's `end`; our result may still be attached by `complete`. */
  | ({ readonly state: 'ended-by-client'; readonly resultSet: boolean } & Payment)
  /** The run is closed and carries our result: settled by us. */
  | ({ readonly state: 'settled'; readonly resultCid: string } & Payment)
  /** The run is gone and we were not paid (after `quit`, or closed by an admin). */
  | { readonly state: 'gone' }
  /** The chain did not answer; nothing may be concluded. */
  | { readonly state: 'unknown'; readonly problem: Problem };

/** What the program paid, computed from the job account's own times. */
export interface Payment {
  readonly paidSeconds: number;
  readonly payoutBaseUnits: bigint;
  readonly refundBaseUnits: bigint;
  /** UTC ms of the chain's clock. */
  readonly endedAt: number;
}

/** How a run is left: finish pays and closes; complete adds a result after the client's end; quit is unpaid. */
export type SettlementKind = 'finish' | 'complete' | 'quit';

/** A signed transaction, kept in the journal before it is sent. Sending it twice is harmless. */
export interface SignedTransaction<Kind extends string = SettlementKind> {
  readonly kind: Kind;
  readonly signature: string;
  /** The whole signed transaction, base64. */
  readonly wire: string;
  readonly lastValidBlockHeight: number;
  /** Genesis hash of the chain it was signed for; on another chain it can never land. */
  readonly genesis: string;
}

export type TransactionStatus =
  | { readonly state: 'confirmed' }
  | { readonly state: 'pending' }
  /** Its block height has passed (or the chain is another one): it can never land. */
  | { readonly state: 'expired' }
  | { readonly state: 'rejected'; readonly problem: Problem };

/** The network as a run sees it. */
export interface JobNetwork {
  /** Label for storage, e.g. `practice` or `mainnet`. */
  readonly id: string;
  /** Address of the identity whose runs these are. */
  readonly host: string;
  /** True puts the practice mark on records that show money. */
  readonly practice: boolean;
  /** The document with this CIDv0, its content checked against the CID. Throws `network.*`. */
  fetchDocument(cid: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Stores a document; returns its CIDv0. Storing the same bytes twice gives the same CID. */
  storeDocument(bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  readAssignment(offer: Offer, signal: AbortSignal): Promise<Assignment>;
  /** Calls back when run or job account may have changed (extension, end). Returns the stop. */
  watchAssignment(offer: Offer, onChange: () => void): () => void;
  /** Builds and signs, does not send. `resultCid` is null for `quit` alone. */
  signSettlement(
    offer: Offer,
    kind: SettlementKind,
    resultCid: string | null,
  ): Promise<SignedTransaction>;
  /** Sends and waits until it is confirmed, expired or rejected; at most its block-height life. */
  sendTransaction(transaction: SignedTransaction, signal: AbortSignal): Promise<TransactionStatus>;
  transactionStatus(transaction: SignedTransaction): Promise<TransactionStatus>;
  /** The header by which another party knows that this host sends a message, and when. */
  authorize(message: string): Promise<string>;
}

/** One container/run operation, with everything already interpolated. */
export interface ContainerSpec {
  readonly run: string;
  readonly job: string;
  readonly operation: string;
  readonly index: number;
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly workDir: string | null;
  readonly volumes: readonly { readonly name: string; readonly dest: string }[];
  readonly aliases: readonly string[];
  /** Ids (UUIDs) of the cards that are lent to it; empty for a container without a card. */
  readonly cards: readonly string[];
  /** TCP ports that are reached from this computer through `endpoint`. */
  readonly ports: readonly number[];
  /** Volumes of fetched resources. */
  readonly resources: readonly {
    readonly volume: string;
    readonly dest: string;
    readonly writable: boolean;
  }[];
  readonly readOnlyRoot: boolean;
}

/** An image, and the name and password that its registry asks for. */
export interface ImageRequest {
  readonly image: string;
  readonly login: RegistryLogin | null;
}

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  /** Host name of the registry; empty for the one that the image names. */
  readonly server: string;
}

/** A container of ours, by its engine id. */
export interface ContainerHandle {
  readonly id: string;
  readonly operation: string;
}

/** What became of a container. */
export type ContainerEnd =
  | {
      readonly state: 'exited';
      readonly exitCode: number;
      readonly outOfMemory: boolean;
      /** What it wrote was more than its share of the disk, and it was ended for that. */
      readonly diskExceeded: boolean;
      /** It went down with its engine or with the whole computer; absent where it did not. */
      readonly cutOff?: true;
      readonly startedAt: number;
      readonly endedAt: number;
    }
  /** The engine no longer knows it. */
  | { readonly state: 'vanished' }
  /** The engine does not answer; `waitForExit` may be called again when it does. */
  | { readonly state: 'engine-lost'; readonly problem: Problem };

/** A line as the engine delivers it; `timestamp` is the engine's RFC 3339 nanosecond text. */
export interface EngineLogLine {
  readonly timestamp: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export type PullResult =
  | { readonly ok: true; readonly imageId: string; readonly digest: string | null }
  | { readonly ok: false; readonly problem: Problem };

export type StartResult =
  | { readonly ok: true; readonly container: ContainerHandle }
  | { readonly ok: false; readonly problem: Problem };

/** The container engine as a run sees it. Everything it creates carries our labels. */
export interface JobEngine {
  /** The isolation that `start` enforces, one plain sentence each, for the passport. */
  isolation(gpu: boolean): readonly string[];
  /** Image fetched before → at once; else the bundled archive, else a pull with progress. */
  ensureImage(
    request: ImageRequest,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<PullResult>;
  /** Creates network and volumes of the run where missing, then creates and starts the container. */
  start(spec: ContainerSpec, signal: AbortSignal): Promise<StartResult>;
  /** Starts an ended container again, with the files it wrote; harmless when it runs. */
  restart(container: ContainerHandle, signal: AbortSignal): Promise<StartResult>;
  /** Where a port of a running container is reached from this computer; null while it is not. */
  endpoint(container: ContainerHandle, port: number): Promise<Endpoint | null>;
  /** The container of this operation, running or ended, after a restart of the host. */
  find(run: string, operation: string): Promise<ContainerHandle | null>;
  /**
   * Streams lines in order from the beginning, or after `since` (exclusive of `skip` lines that
   * carry exactly that timestamp), until the container ends or the signal aborts.
   */
  followLogs(
    container: ContainerHandle,
    options: { since: string | null; skip: number; onLine: (line: EngineLogLine) => void },
    signal: AbortSignal,
  ): Promise<void>;
  waitForExit(container: ContainerHandle, signal: AbortSignal): Promise<ContainerEnd>;
  /** What a running container uses now; null when it does not run. Takes a second or two. */
  stats(container: ContainerHandle): Promise<ContainerStats | null>;
  /** Asks it to stop, kills it after the grace. Resolves when it is gone or already was. */
  stop(container: ContainerHandle, graceMs: number): Promise<void>;
  /**
   * Removes containers, volumes and network of this run, and the images that only its login could
   * fetch; only what is ours.
   */
  cleanUp(run: string, privateImages?: readonly string[]): Promise<void>;
}

/** What a container uses at a moment (UTC ms); disk and network count since it was started. */
export interface ContainerStats {
  readonly at: number;
  /** Of one core: 200 are two cores. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly diskReadBytes: number;
  readonly diskWrittenBytes: number;
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
}

/** A TCP address on this computer. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where the network's tunnel publishes the ports of jobs. */
export interface JobAddresses {
  /**
   * The public URL of a port, or of an operation of a deployment, by its name on the network
   * (definition/expose-id.ts); null where there is none.
   */
  urlOf(exposeId: string): string | null;
  /** Public names end in it, as `%%global.frps_address%%` has it; null or absent where there are none. */
  readonly domain?: string | null;
}

export type ResourceResult =
  | {
      readonly ok: true;
      readonly volume: string;
      /** Where the definition wants it mounted. */
      readonly target: string;
      readonly writable: boolean;
    }
  | { readonly ok: false; readonly problem: Problem };

/** The store of large files that jobs ask for. */
export interface JobResources {
  /** Fetches what is missing, with progress. The volume stays as long as the run holds it. */
  ensure(
    request: { readonly run: string; readonly resource: Resource },
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ResourceResult>;
  /** The run no longer needs its resources. */
  release(run: string): void;
}

/** An account as the chain stores it. */
export interface ChainAccount {
  readonly address: string;
  /** The program that owns it. */
  readonly owner: string;
  readonly lamports: bigint;
  readonly data: Uint8Array;
}

/** What `getProgramAccounts` and program subscriptions may ask for; `bytes` is base58. */
export type AccountFilter =
  { readonly dataSize: number } | { readonly offset: number; readonly bytes: string };

/** One account that an instruction names. The order of accounts is part of the instruction. */
export interface AccountRef {
  readonly address: string;
  readonly signer: boolean;
  readonly writable: boolean;
}

/** One call of a program, as plain data. */
export interface Instruction {
  readonly programId: string;
  readonly accounts: readonly AccountRef[];
  readonly data: Uint8Array;
}

/** Why the chain would not run, or did not run, a transaction. */
export interface TransactionFailure {
  /** Error number of the program that refused; null where the chain itself refused. */
  readonly customCode: number | null;
  /** The chain's own name for it, e.g. `BlockhashNotFound`, or a JSON text of its error. */
  readonly reason: string;
  readonly logs: readonly string[];
}

/** Something that signs for one address; the key itself stays behind it. */
export interface Signer {
  readonly address: string;
  /** Ed25519 signature (64 bytes) of a message. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

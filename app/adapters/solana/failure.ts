import { SendTransactionError, SolanaJSONRPCError } from '@solana/web3.js';
import { OffpeakError } from '../../contract/errors.ts';
import type { TransactionFailure } from './types.ts';

/** JSON-RPC codes: the server is behind, or has not reached the slot that was asked for. */
const BEHIND = [-32005, -32016];
/** JSON-RPC codes that hosted servers use for "too many requests". */
const RATE_LIMITED = [429, -32429, -32029];

/** The server says that there are too many requests, and perhaps how long to wait. */
export class RateLimited extends OffpeakError {
  /** Null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(details: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super('network.rpc-rate-limited', { cause: details.cause });
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** The server has not reached a slot that is known already; another one may have. */
export class ServerBehind extends OffpeakError {
  constructor(cause?: unknown) {
    const message = 'The Solana RPC server is behind the chain.';
    super('network.rpc-unreachable', { message, cause });
  }
}

/**
 * Runs one call of the RPC server; whatever goes wrong comes out as `network.rpc-…`. Messages never
 * carry the address of the server, which may hold an access token.
 */
export async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** `fetch` with a deadline, and with the failures of HTTP told apart. */
export function deadlineFetch(deadlineMs: number): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.timeout(deadlineMs);
    const response = await fetch(input, { ...init, signal });
    if (response.status === 429) {
      await response.body?.cancel();
      throw new RateLimited({ retryAfterMs: retryAfter(response.headers.get('retry-after')) });
    }
    if (response.status >= 500) {
      const message = `The Solana RPC server answers with error ${response.status}.`;
      throw new OffpeakError('network.rpc-unreachable', { message });
    }
    return response;
  };
}

/** The chain's error object (or text) of a transaction as plain data. */
export function transactionFailure(error: unknown, logs: readonly string[]): TransactionFailure {
  const reason = typeof error === 'string' ? error : JSON.stringify(error);
  // {"InstructionError":[1,{"Custom":6014}]}
  const custom = /"Custom":(\d+)/.exec(reason)?.[1];
  return { customCode: custom === undefined ? null : Number(custom), reason, logs };
}

/** Seconds, or a date (RFC 9110, 10.2.3); longer than an hour is taken for a mistake. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms > 0 && ms <= 3_600_000 ? ms : null;
}

function rpcFailure(error: unknown): OffpeakError {
  if (error instanceof OffpeakError) return error;
  if (error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name)) {
    return new OffpeakError('network.rpc-timed-out', { cause: error });
  }
  if (error instanceof SolanaJSONRPCError) return serverFailure(error);
  if (error instanceof SendTransactionError) return refused(error.message, error);
  // `fetch` throws a TypeError for everything between here and the server's HTTP answer; web3.js'
  // complaint about an answer's shape is a TypeError as well, under another name.
  if (error instanceof TypeError && error.name === 'TypeError')
    return new OffpeakError('network.rpc-unreachable', { cause: error });
  return refused(error instanceof Error ? error.message : String(error), error);
}

function serverFailure(error: SolanaJSONRPCError): OffpeakError {
  if (BEHIND.includes(Number(error.code))) return new ServerBehind(error);
  if (RATE_LIMITED.includes(Number(error.code)) || /rate limit|too many/i.test(error.message)) {
    return new RateLimited({ cause: error });
  }
  return refused(error.message, error);
}

function refused(text: string, cause: unknown): OffpeakError {
  const message = `The Solana RPC server refused the request: ${text.slice(0, 300)}`;
  return new OffpeakError('network.rpc-refused', { message, cause });
}

/**
 * Why a request to the outside failed.
 * bad-address: no address that can be asked; refused-address: it leads to this computer or its
 * network; unreachable: no answer; stalled: no bytes for too long; broken: the connection ended
 * too early; redirect: a redirect that is not followed; too-large: more bytes than allowed;
 * unreadable: not what was asked for; aborted: by our own signal.
 */
export type OutsideFaultKind =
  | 'bad-address'
  | 'refused-address'
  | 'unreachable'
  | 'stalled'
  | 'broken'
  | 'redirect'
  | 'too-large'
  | 'unreadable'
  | 'aborted';

/** A failed request. The message names the host and nothing else of the address: no secrets. */
export class OutsideFault extends Error {
  override readonly name = 'OutsideFault';
  readonly kind: OutsideFaultKind;
  readonly host: string;

  constructor(kind: OutsideFaultKind, host: string, cause?: unknown) {
    super(`${kind}: ${host}`, { cause });
    this.kind = kind;
    this.host = host;
  }
}

/** What Node or the answer's reader threw, as a fault. */
export function toOutsideFault(error: unknown, host: string, signal?: AbortSignal): OutsideFault {
  if (signal?.aborted) return new OutsideFault('aborted', host, error);
  const known = faultIn(error);
  if (known !== null) return known;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const isBroken = code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
  return new OutsideFault(isBroken ? 'broken' : 'unreachable', host, error);
}

// With several addresses Node gathers what each of them met in one AggregateError.
function faultIn(error: unknown): OutsideFault | null {
  if (error instanceof OutsideFault) return error;
  if (error instanceof AggregateError) {
    const found: unknown = error.errors.find((one) => one instanceof OutsideFault);
    return found instanceof OutsideFault ? found : null;
  }
  return error instanceof Error && error.cause instanceof OutsideFault ? error.cause : null;
}

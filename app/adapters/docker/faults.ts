import { type CardFaultKind, cardFaultIn } from './card-faults.ts';

/** What can go wrong with the engine, whatever words it uses for it. */
export type FaultKind =
  | CardFaultKind
  /** Nothing listens there: no socket. */
  | 'missing'
  /** The socket is there, nobody answers it. */
  | 'stopped'
  | 'forbidden'
  | 'timed-out'
  /** It answered before and went away in the middle of a call. */
  | 'lost'
  /** We ended the call ourselves. */
  | 'aborted'
  /** No such container, network or volume. */
  | 'not-found'
  | 'conflict'
  /** A network or volume that something still uses. */
  | 'in-use'
  | 'image-missing'
  | 'image-private'
  | 'image-unsuitable'
  | 'registry-unreachable'
  | 'registry-busy'
  | 'disk-full'
  | 'runtime-missing'
  | 'init-missing'
  /** The storage cannot limit the size of a container. */
  | 'storage-limit-missing'
  | 'start-failed'
  | 'other';

/** A failed call of the engine; `message` is the engine's own text, which may quote hostile names. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** The engine itself is away, so the same call may work later. */
export function isEngineAway(fault: EngineFault): boolean {
  return ['missing', 'stopped', 'forbidden', 'timed-out', 'lost'].includes(fault.kind);
}

/** Any error of the library, of Node's sockets or of the engine as a fault. */
export function toFault(error: unknown): EngineFault {
  if (error instanceof EngineFault) return error;
  if (!(error instanceof Error)) return new EngineFault('other', String(error));
  const text = error.message.replace(/^\(HTTP code \d+\) \w+ - /, '').trim();
  const status = numberField(error, 'statusCode');
  const kind =
    status === null
      ? kindOfSocketError(error)
      : (cardFaultIn(text) ?? kindOfText(text) ?? kindOfStatus(status));
  return new EngineFault(kind, text, error);
}

/** A sentence that the engine wrote into a progress stream; it is never about cards. */
export function faultFromText(text: string): EngineFault {
  return new EngineFault(kindOfText(text) ?? 'other', text);
}

// Docker Engine API: the same status means different things per call, so texts are asked first.
function kindOfStatus(status: number): FaultKind {
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  return 'other';
}

function kindOfSocketError(error: Error): FaultKind {
  if (error.name === 'AbortError') return 'aborted';
  switch (stringField(error, 'code') ?? 'none') {
    case 'ENOENT':
      return 'missing';
    case 'ECONNREFUSED':
      return 'stopped';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'timed-out';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return 'lost';
    default:
      return /socket hang up|aborted/.test(error.message) ? 'lost' : 'other';
  }
}

// Texts of Docker 20.10 and Podman 4.3 as seen by running, and of later versions from the sources of
// moby, runc, containerd and nvidia-container-toolkit. Order matters: a cause is quoted inside its
// effect.
const TEXTS: readonly (readonly [FaultKind, RegExp])[] = [
  ['disk-full', /no space left on device|disk quota exceeded/i],
  ['runtime-missing', /unknown (or invalid )?runtime/i],
  // The second is Podman's, whose small first process (catatonit) may not be installed.
  ['init-missing', /docker-init|container-init binary not found/],
  ['storage-limit-missing', /storage-opt is (only )?supported|--storage-opt|quota.*not supported/i],
  ['image-missing', /no such image|manifest unknown|manifest for .* not found/i],
  ['registry-busy', /toomanyrequests|too many requests|rate limit/i],
  [
    'image-private',
    /pull access denied|unauthorized|authentication required|no basic auth credentials|access .* denied|reading manifest .* denied/i,
  ],
  ['image-unsuitable', /no matching manifest|does not match the specified platform|exec format/i],
  [
    'registry-unreachable',
    /no such host|connection refused|connection reset|i\/o timeout|network is unreachable|Client\.Timeout|TLS handshake|server misbehaving|request canceled|unexpected EOF|received unexpected HTTP status/i,
  ],
  [
    'image-missing',
    /repository .* not found|name unknown|invalid reference format|not found: does not exist/i,
  ],
  // Podman 4.3 was seen to say these where Docker answers with 409, and "being used" for "in use".
  ['conflict', /container state improper|name is already in use/],
  ['in-use', /has active endpoints|volume is in use|(volume|network) is being used/i],
  [
    'start-failed',
    /OCI runtime (create|start) failed|(runc|crun): .*: OCI |failed to create (shim )?task|executable file not found|starting container process caused|no command specified|unable to find user|is not a directory/i,
  ],
];

function kindOfText(text: string): FaultKind | null {
  return TEXTS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

function numberField(error: Error, name: string): number | null {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'number' ? value : null;
}

function stringField(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}

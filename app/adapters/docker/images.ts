import type { Readable } from 'node:stream';
import { Image, ProgressLine } from './answers.ts';
import { EngineFault, faultFromText, toFault } from './faults.ts';
import { bytesOf, type Wire } from './wire.ts';

/** One report of a pull. `layer` is null for reports about the image as a whole. */
export interface PullStep {
  readonly layer: string | null;
  readonly status: string;
  readonly currentBytes: number | null;
  readonly totalBytes: number | null;
}

/** An image to pull; `serveraddress` of the login is the host name of its registry. */
export interface PullRequest {
  readonly reference: string;
  readonly login: {
    readonly username: string;
    readonly password: string;
    readonly serveraddress: string;
  } | null;
}

const QUICK_MS = 10_000;
const REMOVE_MS = 60_000;

/** The image behind a reference, or null. `digests` are `repository@sha256:…`. */
export async function inspectImage(
  wire: Wire,
  reference: string,
): Promise<{ id: string; digests: readonly string[] } | null> {
  const path = `/images/${encodeURIComponent(reference)}/json`;
  try {
    const image = await wire.ask({ method: 'GET', path }, QUICK_MS, Image);
    return { id: image.Id, digests: image.RepoDigests ?? [] };
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'not-found' || fault.kind === 'image-missing') return null;
    throw fault;
  }
}

/** Takes the name off an image, and the image away where nothing else names or uses it. */
export async function removeImage(wire: Wire, reference: string): Promise<void> {
  const path = `/images/${encodeURIComponent(reference)}`;
  try {
    await wire.askText({ method: 'DELETE', path }, REMOVE_MS);
  } catch (error) {
    const fault = toFault(error);
    // 409: a container still uses it, and whoever made that container keeps it.
    if (!['not-found', 'image-missing', 'conflict'].includes(fault.kind)) throw fault;
  }
}

/** Pulls until done; aborting the signal makes the engine stop too. Throws EngineFault. */
export async function pullImage(
  wire: Wire,
  { reference, login }: PullRequest,
  onStep: (step: PullStep) => void,
  signal: AbortSignal,
): Promise<void> {
  const call = {
    method: 'POST',
    path: '/images/create',
    query: { fromImage: withTag(reference) },
    ...(login === null ? {} : { login }),
  } as const;
  const stream = await wire.open(call, signal);
  await readProgress(stream, onStep);
}

/** Loads an archive made by `docker save` or of the same format. Throws EngineFault. */
export async function loadImage(wire: Wire, archive: string, signal: AbortSignal): Promise<void> {
  const call = {
    method: 'POST',
    path: '/images/load',
    query: { quiet: 1 },
    file: archive,
  } as const;
  const stream = await wire.open(call, signal);
  await readProgress(stream, () => undefined);
}

// Without a tag or digest the engine would fetch every tag of the repository.
function withTag(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(last) ? reference : `${reference}:latest`;
}

async function readProgress(stream: Readable, onStep: (step: PullStep) => void): Promise<void> {
  let rest = '';
  for await (const chunk of bytesOf(stream)) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line, onStep);
  }
  readLine(rest, onStep);
}

function readLine(line: string, onStep: (step: PullStep) => void): void {
  if (line.trim() === '') return;
  const parsed = ProgressLine.safeParse(JSON.parse(line));
  if (!parsed.success) throw new EngineFault('other', 'Unreadable progress of an image');
  const { id, status, progressDetail, error } = parsed.data;
  if (error !== undefined) throw faultFromText(error);
  onStep({
    layer: id ?? null,
    status: status ?? '',
    currentBytes: progressDetail?.current ?? null,
    totalBytes: progressDetail?.total ?? null,
  });
}

import type { DockerEngine } from '../adapters/docker/engine.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { type EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { BundledImage } from './shapes.ts';

interface Loading {
  readonly bundled: BundledImage;
  /** Ids that our archives got in engines whose ids are not those of the archive. */
  readonly known: Map<string, string>;
  readonly signal: AbortSignal;
}

/**
 * Loads an image of ours where it is missing; returns its id. A name of ours must mean our archive:
 * someone else's image under it is replaced, never run. Throws EngineFault or
 * `containers.archive-damaged`.
 */
export async function loadBundled(
  engine: DockerEngine,
  facts: EngineFacts,
  { bundled, known, signal }: Loading,
): Promise<string> {
  const wanted = known.get(bundled.reference) ?? bundled.imageId;
  const present = await engine.image(bundled.reference);
  if (present?.id === wanted) return present.id;
  try {
    await engine.load(bundled.archivePath, signal);
  } catch (error) {
    throw damagedUnlessAway(error);
  }
  const loaded = await engine.image(bundled.reference);
  if (loaded === null) throw new OffpeakError('containers.archive-damaged');
  if (loaded.id !== bundled.imageId && !facts.containerdStore) {
    throw new OffpeakError('containers.archive-damaged');
  }
  known.set(bundled.reference, loaded.id);
  return loaded.id;
}

// A file of ours that cannot be read or understood; an engine that is away says so itself.
function damagedUnlessAway(error: unknown): EngineFault | OffpeakError {
  const fault = toFault(error);
  const isFileFault = fault.kind === 'missing' && /open|stat/.test(fault.message);
  if (fault.kind !== 'other' && !isFileFault) return fault;
  return new OffpeakError('containers.archive-damaged', { cause: error });
}

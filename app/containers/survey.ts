import { DockerEngine } from '../adapters/docker/engine.ts';
import { toFault } from '../adapters/docker/faults.ts';
import type { EnginePlace } from '../adapters/docker/place.ts';
import type { EngineFound } from '../contract/settings.ts';
import { unsuitable } from './suitability.ts';

/**
 * Every engine that answers at one of these places, usable or not, with the reason where not. Two
 * places of one engine count once.
 */
export async function surveyEngines(
  places: readonly (EnginePlace & { readonly address: string })[],
): Promise<EngineFound[]> {
  const found = await Promise.all(places.map(lookAt));
  const answering = found.filter((one) => one !== null);
  const ids = answering.map(({ id }) => id);
  return answering.filter(({ id }, index) => ids.indexOf(id) === index).map(({ engine }) => engine);
}

async function lookAt(
  place: EnginePlace & { readonly address: string },
): Promise<{ id: string; engine: EngineFound } | null> {
  if (place.kind === 'unsupported') return null;
  const { address, origin } = place;
  try {
    const engine = new DockerEngine(place);
    await engine.ping();
    const facts = await engine.facts();
    const problem = unsuitable(facts);
    const name = `${facts.name} ${facts.version}${facts.rootless ? ' (rootless)' : ''}`;
    return {
      id: `${name} ${facts.rootFolder ?? address}`,
      engine: { address, name, usable: problem === null, why: problem?.message ?? null },
    };
  } catch (error) {
    if (toFault(error).kind !== 'forbidden') return null;
    const why = 'You are not allowed to use it.';
    return { id: address, engine: { address, name: origin, usable: false, why } };
  }
}

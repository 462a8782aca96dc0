import type { EffectiveArgs } from './definition/effective.ts';
import { parseDefinition } from './definition/parse.ts';
import type { Resource } from './definition/resources.ts';
import { previewOperation } from './operation-preview.ts';
import type { ImageRequest, Offer, RegistryLogin } from './ports.ts';
import type { Work } from './run.ts';

/** What a run has to get, as far as it is known before anything of it has run. */
export interface Needs {
  /** One request per image; where operations disagree, the first one with a login counts. */
  readonly images: readonly ImageRequest[];
  readonly resources: readonly Resource[];
}

/** What the operations of a run need; nothing where its definition can no longer be read. Pure. */
export function needsOf(run: {
  readonly offer: Offer;
  readonly definition: string;
  readonly work: Work;
}): Needs {
  const verdict = parseDefinition(run.definition);
  if (!verdict.valid) return { images: [], resources: [] };
  const { definition } = verdict;
  const { hostAddress, cards } = run.work;
  const facts = { offer: run.offer, hostAddress, cards };
  const logins = new Map<string, RegistryLogin | null>();
  const resources = new Map<string, Resource>();
  for (const index of definition.ops.keys()) {
    const known = previewOperation(definition, index, facts);
    if (!known.ok || known.kind !== 'container') continue;
    const { image, resources: wanted } = known.args;
    if (image !== null) logins.set(image, logins.get(image) ?? registryLogin(known.args));
    for (const resource of wanted) resources.set(JSON.stringify(resource), resource);
  }
  return {
    images: [...logins].map(([image, login]) => ({ image, login })),
    resources: [...resources.values()],
  };
}

/** The login that an operation brings for its image; null where it brings none. */
export function registryLogin({
  authentication,
}: Pick<EffectiveArgs, 'authentication'>): RegistryLogin | null {
  const { username = '', password = '', server = '' } = authentication ?? {};
  return username === '' && password === '' ? null : { username, password, server };
}

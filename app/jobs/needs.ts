import type { EffectiveArgs } from './definition/effective.ts';
import type { RunArgs } from './definition/operation.ts';
import { parseDefinition } from './definition/parse.ts';
import type { Resource } from './definition/resources.ts';
import type { JobDefinition } from './definition/schema.ts';
import { prepareOperation, type RunFacts } from './operation-spec.ts';
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
    const pulled = partOf({ definition, index, facts }, ['image', 'authentication']);
    if (pulled !== null) {
      const { image } = pulled;
      logins.set(image, logins.get(image) ?? registryLogin(pulled));
    }
    const mounted = partOf({ definition, index, facts }, ['resources']);
    for (const resource of mounted?.resources ?? []) {
      resources.set(JSON.stringify(resource), resource);
    }
  }
  return {
    images: [...logins].map(([image, login]) => ({ image, login })),
    resources: [...resources.values()],
  };
}

/** Some arguments of a container, although others may be known only when it starts; else null. */
function partOf(
  { definition, index, facts }: { definition: JobDefinition; index: number; facts: RunFacts },
  names: readonly (keyof RunArgs)[],
): EffectiveArgs | null {
  const operation = definition.ops[index];
  if (operation?.type !== 'container/run') return null;
  const given = Object.entries(operation.args).filter(([key]) =>
    names.some((name) => name === key),
  );
  const args: RunArgs = { image: '', ...Object.fromEntries(given) };
  const ops = definition.ops.with(index, { ...operation, args });
  const prepared = prepareOperation({ ...definition, ops }, index, facts);
  return prepared.ok && prepared.kind === 'container' ? prepared.args : null;
}

/** The login that an operation brings for its image; null where it brings none. */
export function registryLogin({
  authentication,
}: Pick<EffectiveArgs, 'authentication'>): RegistryLogin | null {
  const { username = '', password = '', server = '' } = authentication ?? {};
  return username === '' && password === '' ? null : { username, password, server };
}

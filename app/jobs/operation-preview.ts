import { effectiveArgs, type EffectiveArgs } from './definition/effective.ts';
import { interpolate } from './definition/interpolate.ts';
import { isObject, parseJson, type JsonObject } from './definition/json.ts';
import { MAX_REPORTED_ERRORS } from './definition/limits.ts';
import { prospectOf, startedBefore } from './definition/prospects.ts';
import { referencesOf } from './definition/references.ts';
import type { JobDefinition } from './definition/schema.ts';
import { withoutLate } from './definition/without-late.ts';
import { literalValues, NO_VALUES, type RunFacts } from './operation-spec.ts';
import { publicAddress } from './public-address.ts';

/** What is known of an operation before anything has run, or why it can never be started. */
export type Preview =
  | { readonly ok: true; readonly kind: 'volume' }
  | {
      readonly ok: true;
      readonly kind: 'container';
      /** Lists hold what is known of them; the image is null while it is not. */
      readonly args: Omit<EffectiveArgs, 'image'> & { readonly image: string | null };
      /** Names of the arguments of which something is known only when it starts. */
      readonly late: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Fills in of one operation what is known already; `index` is its position in `ops`. Literals that
 * get their values while the job runs are left for `prepareOperation`. Pure.
 */
export function previewOperation(
  definition: JobDefinition,
  index: number,
  facts: RunFacts,
): Preview {
  const operation = definition.ops[index];
  if (operation === undefined) return { ok: false, problems: ['There is no such operation.'] };
  const { problems, late } = outlookOf(definition, index, facts);
  if (problems.length > 0) return { ok: false, problems };
  const known = withoutLate(plain(operation.args), (literal) => late.has(literal));
  const isKnown = (name: string): boolean => !known.late.includes(name);
  const { type } = operation;
  if (type === 'container/create-volume' && !isKnown('name')) return { ok: true, kind: 'volume' };
  // An image cannot be fetched without the login that comes with it.
  const isImageKnown = isKnown('image') && isKnown('authentication');
  const args = isKnown('image') ? known.args : { ...known.args, image: '' };
  const filled = interpolate({ type, args }, literalValues(definition, facts, NO_VALUES));
  if (!filled.ok) {
    return { ok: false, problems: filled.problems.map((one) => `${one.path} ${one.message}`) };
  }
  if (filled.type === 'container/create-volume') return { ok: true, kind: 'volume' };
  const effective = effectiveArgs(filled.args, definition.global, facts.offer.job);
  const image = isImageKnown ? effective.image : null;
  return { ok: true, kind: 'container', args: { ...effective, image }, late: known.late };
}

function outlookOf(
  definition: JobDefinition,
  index: number,
  facts: RunFacts,
): { readonly problems: readonly string[]; readonly late: ReadonlySet<string> } {
  const problems: string[] = [];
  const late = new Set<string>();
  const outlook = {
    definition,
    before: startedBefore(definition, index),
    hasAddress: (operation: number, port: number | null) =>
      publicAddress(definition, facts, operation, port) !== null,
  };
  for (const reference of referencesOf(definition, index)) {
    // What a literal of "global" stands for is known by now or never: filling it in tells.
    if (reference.room === 'global') continue;
    const prospect = prospectOf(reference, outlook);
    if (prospect.state === 'late') late.add(reference.literal);
    if (prospect.state !== 'never' || problems.length === MAX_REPORTED_ERRORS) continue;
    problems.push(`${reference.path} ${reference.literal} ${prospect.why}`);
  }
  return { problems, late };
}

/** Arguments as plain data; a definition was read from JSON, so this loses nothing. */
function plain(args: object): JsonObject {
  const reading = parseJson(JSON.stringify(args));
  return reading.ok && isObject(reading.value) ? reading.value : {};
}

import type { DefinitionError } from '../../../../app/jobs/definition/paths.ts';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import type { JobDefinition } from '../../../../app/jobs/definition/schema.ts';

/** A job with these operations. */
export function job(ops: readonly unknown[], more: object = {}): Record<string, unknown> {
  return { version: '0.1', type: 'container', ops, ...more };
}

/** An operation that runs a container. */
export function run(id: string, args: object = {}, more: object = {}): Record<string, unknown> {
  return { type: 'container/run', id, args: { image: 'alpine', ...args }, ...more };
}

/** A job of one container with these arguments. */
export function oneRun(args: object, more: object = {}): Record<string, unknown> {
  return job([run('main', args, more)]);
}

/** What is wrong with a definition: nothing, or `path: message` per error. */
export function complaints(definition: unknown): string[] {
  const verdict = parseDefinition(JSON.stringify(definition));
  return verdict.valid ? [] : verdict.errors.map(asLine);
}

/** The definition, which the test expects to be valid. */
export function valid(definition: unknown): JobDefinition {
  const verdict = parseDefinition(JSON.stringify(definition));
  if (!verdict.valid) throw new Error(`not valid: ${verdict.errors.map(asLine).join('; ')}`);
  return verdict.definition;
}

function asLine({ path, message }: DefinitionError): string {
  return `${path}: ${message}`;
}

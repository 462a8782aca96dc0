import { createHash } from 'node:crypto';
import { encodeBase58 } from '../../contract/base58.ts';

/** Letters of an id that names a port: a label of DNS has at most 63. */
const ID_LETTERS = 44;
const DEPLOYMENT_LETTERS = 45;
const PRIVATE_LETTERS = 45;

/** The name under which the network publishes a port of a job (`getExposeIdHash` of its kit). Pure. */
export function exposeId(operationIndex: number, port: number, job: string): string {
  return nameOf(`${operationIndex}:${port}:${job}`, ID_LETTERS);
}

/**
 * The name that an operation has in all jobs of one deployment: whoever serves it, the address
 * stays. It is made of the deployment and of who posted it. Pure.
 */
export function deploymentExposeId(
  operation: string,
  deployment: { readonly id: string; readonly poster: string },
): string {
  return nameOf(`${operation}:0:${deploymentGroup(deployment)}`, ID_LETTERS);
}

/** What the hosts of one deployment have in common: the network's server spreads visitors over them. Pure. */
export function deploymentGroup(deployment: {
  readonly id: string;
  readonly poster: string;
}): string {
  return nameOf(`${deployment.id}:${deployment.poster}`, DEPLOYMENT_LETTERS);
}

/**
 * The name of a port of a private operation, which nobody can guess who does not know the seed. The
 * network's own host takes such a name at random, and another one after each start. Pure.
 */
export function privateExposeId(seed: string, port: number): string {
  return nameOf(`${seed}:${port}`, PRIVATE_LETTERS);
}

function nameOf(text: string, letters: number): string {
  const digest = createHash('sha512').update(text, 'utf8').digest();
  return encodeBase58(digest).slice(0, letters);
}

import { createHash } from 'node:crypto';
import { encodeBase58 } from '../../contract/base58.ts';

/** Letters of an id that names a port: a label of DNS has at most 63. */
const ID_LETTERS = 44;
const DEPLOYMENT_LETTERS = 45;

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
  const whole = nameOf(`${deployment.id}:${deployment.poster}`, DEPLOYMENT_LETTERS);
  return nameOf(`${operation}:0:${whole}`, ID_LETTERS);
}

function nameOf(text: string, letters: number): string {
  const digest = createHash('sha512').update(text, 'utf8').digest();
  return encodeBase58(digest).slice(0, letters);
}

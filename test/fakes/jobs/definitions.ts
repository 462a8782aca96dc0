/** A job with one operation. */
export function oneOperation(args: object = {}, more: object = {}): object {
  return job([operation('train', args)], more);
}

/** A job definition, format 0.1. */
export function job(ops: readonly object[], more: object = {}): object {
  return { version: '0.1', type: 'container', ops, ...more };
}

/** A `container/run` operation. */
export function operation(id: string, args: object = {}, execution?: object): object {
  return {
    type: 'container/run',
    id,
    args: { image: `images/${id}:1`, cmd: 'run', ...args },
    ...(execution === undefined ? {} : { execution }),
  };
}

/** What is on IPFS of a confidential job, as the network's own client puts it there. */
export function confidential(logistics: object): object {
  return job([], { meta: { trigger: 'cli' }, logistics });
}

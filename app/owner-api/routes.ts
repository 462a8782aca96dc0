import type { JobDoor } from '../jobs/door-ports.ts';
import { answer, refusal, type Reply } from './reply.ts';

/** What the routes work with. */
export interface House {
  readonly door: JobDoor;
  /** Address of this host. */
  readonly address: string;
}

/** One thing that can be asked at the door. */
export type Route = {
  readonly method: 'GET' | 'POST';
  /** `:job` stands for the address of a job. */
  readonly path: string;
} & (
  | { readonly access: 'anybody'; readonly answer: (house: House) => Reply }
  | {
      readonly access: 'owner';
      /** A header of the owner that brought this about is not taken again. */
      readonly changes: boolean;
      readonly answer: (house: House, visit: Visit) => Reply;
    }
);

interface Visit {
  readonly job: string;
  /** JSON; empty for a GET. */
  readonly body: string;
}

/** Everything that the door answers; the network's names and paths (node API of its own host). */
const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    access: 'anybody',
    answer: ({ address }) => answer(address),
  },
  {
    method: 'POST',
    path: '/job/:job/job-definition',
    access: 'owner',
    changes: true,
    answer: ({ door }, { job, body }) =>
      door.bringDefinition(job, body)
        ? answer('Job definition received')
        : refusal(409, 'The job does not wait for its definition now.'),
  },
  {
    method: 'GET',
    path: '/job/:job/results',
    access: 'owner',
    changes: true,
    answer: ({ door }, { job }) => {
      const result = door.fetchResult(job);
      if (result === null) return refusal(409, 'There is no result to be fetched now.');
      return { status: 200, body: result.bytes, end: result.end };
    },
  },
];

/** A route that a request means, with the job that it names; or the answer to any other. */
export type Match =
  | { readonly found: true; readonly route: Route; readonly job: string }
  | { readonly found: false; readonly reply: Reply };

/** Finds the route of a request. */
export function match(method: string, target: string): Match {
  const [path = ''] = target.split('?');
  const fitting = table.flatMap(({ route, pattern }) => {
    const job = pattern.exec(path);
    return job === null ? [] : [{ route, job: job[1] ?? '' }];
  });
  const one = fitting.find(({ route }) => route.method === method);
  if (one !== undefined) return { found: true, ...one };
  if (fitting.length === 0) return { found: false, reply: refusal(404, 'There is no such route.') };
  const allow = fitting.map(({ route }) => route.method).join(', ');
  const reply = refusal(405, `This route takes ${allow} alone.`, { allow });
  return { found: false, reply };
}

/** An address is 32 bytes in base58. */
const ADDRESS = '([1-9A-HJ-NP-Za-km-z]{32,44})';

const table = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(':job', ADDRESS)}$`),
}));

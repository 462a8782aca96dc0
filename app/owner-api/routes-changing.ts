import type { AskAnswer, OperationAsk } from '../jobs/door-ports.ts';
import { answer, refusal, type Reply } from './reply.ts';
import type { House, Route, Visit } from './route.ts';

const owner = { method: 'POST', access: 'owner', changes: true } as const;

/** What the owner of a job may change. */
export const changingRoutes: readonly Route[] = [
  {
    ...owner,
    path: '/job/:job/job-definition',
    takesBody: true,
    does: 'takes the definition of a confidential job. 200 once it is written down; 409 while the job awaits none',
    answer: ({ door }: House, { job, body }: Visit): Reply =>
      door.bringDefinition(job, body)
        ? answer('Job definition received')
        : refusal(409, 'The job does not wait for its definition now.'),
  },
  {
    ...owner,
    method: 'GET',
    path: '/job/:job/results',
    does: 'gives the result of a confidential job and lets it go. 409 while there is none; it is kept for one minute',
    answer: ({ door }: House, { job }: Visit): Reply => {
      const result = door.fetchResult(job);
      if (result === null) return refusal(409, 'There is no result to be fetched now.');
      return { status: 200, body: result.bytes, end: result.end };
    },
  },
  {
    ...owner,
    path: '/job/:job/stop',
    does: 'ends the job now: it is settled for the time it had, with the result so far. 409 before it was accepted',
    answer: ({ door }, { job }) => inWords(door.stop(job), 200, 'The job is being stopped.'),
  },
  {
    ...owner,
    path: '/job/:job/group/:group/operation/:op/restart',
    does: 'runs an operation of the current group anew, in its container. 409 where it never ran',
    answer: (house, visit) => ask(house, visit, 'restart', visit.operation),
  },
  {
    ...owner,
    path: '/job/:job/group/:group/operation/:op/stop',
    does: 'stops an operation of the current group for good',
    answer: (house, visit) => ask(house, visit, 'stop', visit.operation),
  },
  {
    ...owner,
    path: '/job/:job/group/:group/restart',
    does: 'runs all operations of the current group anew that have run',
    answer: (house, visit) => ask(house, visit, 'restart', null),
  },
  {
    ...owner,
    path: '/job/:job/group/:group/stop',
    does: 'stops all operations of the current group for good; the next group begins',
    answer: (house, visit) => ask(house, visit, 'stop', null),
  },
];

function ask(
  { door }: House,
  { job, group }: Visit,
  what: OperationAsk['what'],
  operation: string | null,
): Reply {
  const answered = door.ask(job, { what, group, operation });
  // 202: the network's own host says so too, and the container takes its time.
  return what === 'restart'
    ? inWords(answered, 202, 'The restart is noted.')
    : inWords(answered, 200, 'The stop is noted.');
}

function inWords(answered: AskAnswer, status: number, message: string): Reply {
  switch (answered) {
    case 'noted':
      return answer({ message }, status);
    case 'unknown':
      return refusal(404, 'The job has no such part.');
    case 'not-now':
      return refusal(409, 'That is not possible now: nothing of it runs.');
  }
}

import type { JobInfo } from '../jobs/door-ports.ts';
import { answer, refusal, type Reply } from './reply.ts';
import { GONE, type House, type Route, type Visit } from './route.ts';
import { Pace } from './pace.ts';

const owner = { method: 'GET', access: 'owner', changes: false } as const;

/** What the owner of a job may look at. */
export const lookingRoutes: readonly Route[] = [
  {
    ...owner,
    path: '/job/:job/info',
    does: 'how the job goes: a FlowState without logs and container ids, and the state of its operations; events with `accept: text/event-stream`',
    streams: 'if-asked',
    answer: (house, visit) =>
      visit.wantsStream ? streamInfo(house, visit) : showInfo(house, visit),
  },
  {
    ...owner,
    path: '/job/:job/job-definition',
    does: 'the definition that is run. 409 while there is none',
    answer: ({ door }: House, { job }: Visit): Reply => {
      const definition = door.definitionOf(job);
      if (definition === null) return refusal(409, 'The job has no definition yet.');
      return { status: 200, body: definition };
    },
  },
  {
    ...owner,
    path: '/job/:job/ops',
    does: 'the state of each operation',
    answer: (house, visit) => statuses(house, visit, ({ operations }) => operations?.all ?? {}),
  },
  {
    ...owner,
    path: '/job/:job/ops/:op',
    does: 'the state of one operation',
    answer: (house, visit) =>
      statuses(house, visit, ({ operations }) => only(operations?.all, visit.operation)),
  },
  {
    ...owner,
    path: '/job/:job/group/current',
    does: 'the state of each operation of the group that runs now',
    answer: (house, visit) =>
      statuses(house, visit, ({ operations }) => operations?.currentGroupStatus ?? {}),
  },
  {
    ...owner,
    path: '/job/:job/group/:group',
    does: 'the state of each operation of a group',
    answer: (house, visit) => statuses(house, visit, ({ groups }) => own(groups, visit.group)),
  },
  {
    ...owner,
    path: '/job/:job/endpoints',
    does: 'where its ports are published, private ones included, and whether they answer. 400 where nothing is published',
    answer: ({ door }: House, { job }: Visit): Reply => {
      const endpoints = door.endpointsOf(job);
      const isEmpty = Object.keys(endpoints.urls).length === 0;
      return isEmpty ? refusal(400, 'No port of this job is published now.') : answer(endpoints);
    },
  },
];

function showInfo({ door }: House, { job }: Visit): Reply {
  const info = door.infoOf(job);
  return info === null ? GONE : answer(documented(info));
}

/** Sends how the job goes now and after each change, its end included. */
function streamInfo({ door, paceMs }: House, { job }: Visit): Reply {
  return {
    status: 200,
    feed: (out) => {
      const pace = new Pace(paceMs, () => {
        const info = door.infoOf(job);
        if (info !== null) out.send(documented(info));
        if (info === null || door.ownerOf(job) === null) out.end();
      });
      const unwatch = door.onChange(() => pace.ask());
      pace.ask();
      return () => {
        unwatch();
        pace.stop();
      };
    },
  };
}

/** The groups are no part of the network's shape. */
function documented({ groups: _groups, ...info }: JobInfo): object {
  return info;
}

function statuses(
  { door }: House,
  { job }: Visit,
  select: (info: JobInfo) => object | null,
): Reply {
  const info = door.infoOf(job);
  if (info === null) return GONE;
  const selected = select(info);
  return selected === null ? refusal(404, 'The job has no such part.') : answer(selected);
}

/** The value of a name that a visitor chose; null where the record has no such own one. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function only(
  record: Readonly<Record<string, string>> | undefined,
  name: string,
): Record<string, string> | null {
  const value = own(record ?? {}, name);
  return value === null ? null : { [name]: value };
}

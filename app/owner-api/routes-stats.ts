import type { JobDoor, OperationStats } from '../jobs/door-ports.ts';
import { answer, refusal, type Reply } from './reply.ts';
import type { House, Route, Visit } from './route.ts';

const owner = { method: 'GET', access: 'owner', changes: false } as const;

/** What the operations of a job use, in the network's units. */
export const statsRoutes: readonly Route[] = [
  {
    ...owner,
    path: '/job/:job/stats',
    does: 'what each running operation uses, kept from the first question on: `interval` in seconds (5, 10, 30, 60, 300 or 1800), `start` and `end` in UTC ms',
    answer: show,
  },
  {
    ...owner,
    path: '/job/:job/stats/stream',
    does: 'the same as events, every `interval` seconds',
    streams: 'always',
    answer: stream,
  },
];

/** As on the network's own host. Seconds. */
const INTERVALS: readonly string[] = ['5', '10', '30', '60', '300', '1800'];
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

async function show({ door }: House, { job, query }: Visit): Promise<Reply> {
  const intervalMs = intervalOf(query);
  if (intervalMs === null) return WRONG_INTERVAL;
  const start = momentOf(query.get('start'), 0);
  const end = momentOf(query.get('end'), Number.MAX_SAFE_INTEGER);
  if (start === null || end === null) {
    return refusal(400, '"start" and "end" are moments in milliseconds.');
  }
  const samples = await door.stats(job, { start, end, intervalMs });
  return answer(samples.map(inUnits));
}

function stream({ door }: House, { job, query }: Visit): Reply {
  const intervalMs = intervalOf(query);
  if (intervalMs === null) return WRONG_INTERVAL;
  return {
    status: 200,
    feed: (out) => {
      let start = 0;
      let timer: NodeJS.Timeout | null = null;
      let isOver = false;
      const look = async (): Promise<void> => {
        const samples = await newest(door, job, start);
        if (isOver) return;
        if (door.ownerOf(job) === null) {
          out.end();
          return;
        }
        start = Math.max(start, ...samples.map(({ at }) => at + 1));
        if (samples.length > 0) out.send(samples.map(inUnits));
        timer = setTimeout(() => void look(), intervalMs);
      };
      void look();
      return () => {
        isOver = true;
        if (timer !== null) clearTimeout(timer);
      };
    },
  };
}

/** The last sample of each operation since a moment; none while the engine does not answer. */
async function newest(door: JobDoor, job: string, start: number): Promise<OperationStats[]> {
  const window = { start, end: Number.MAX_SAFE_INTEGER, intervalMs: 0 };
  const samples = await door.stats(job, window).catch(() => []);
  return [...new Map(samples.map((sample) => [sample.operation, sample])).values()];
}

const WRONG_INTERVAL = refusal(400, `"interval" is one of ${INTERVALS.join(', ')} (seconds).`);

function intervalOf(query: URLSearchParams): number | null {
  const text = query.get('interval') ?? '5';
  return INTERVALS.includes(text) ? Number(text) * 1000 : null;
}

function momentOf(text: string | null, otherwise: number): number | null {
  if (text === null) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `TaskStat` of the network: memory in MB of GB, disk and network in MB. */
function inUnits(stats: OperationStats): object {
  const { operation, at, cpuPercent, memoryBytes, memoryLimitBytes } = stats;
  const part = memoryLimitBytes > 0 ? memoryBytes / memoryLimitBytes : 0;
  return {
    opId: operation,
    timestamp: at,
    cpu: { cpu_percent: rounded(cpuPercent) },
    memory: {
      memory_usage: rounded(memoryBytes / MIB),
      memory_limit: rounded(memoryLimitBytes / GIB),
      memory_percent: rounded(part * 100),
    },
    disk: {
      read: rounded(stats.diskReadBytes / MIB),
      write: rounded(stats.diskWrittenBytes / MIB),
    },
    network: {
      received: rounded(stats.networkReceivedBytes / MIB),
      sent: rounded(stats.networkSentBytes / MIB),
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

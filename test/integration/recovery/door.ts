import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Posted } from './chain-world.ts';
import type { Subject } from './subject.ts';

/** The owner of a job brings its definition to the door, until it is taken or the host is gone. */
export async function bringDefinition(
  subject: Subject,
  { job }: Posted,
  definition: object,
): Promise<void> {
  const body = JSON.stringify(definition);
  await knock(subject, job, `/job/${job}/job-definition`, { method: 'POST', body });
}

/** The owner fetches the result; the same bytes each time, however often it has to come. */
export async function fetchResult(subject: Subject, { job }: Posted): Promise<void> {
  const text = await knock(subject, job, `/job/${job}/results`, { method: 'GET' });
  if (text !== GONE && !text.includes('a secret')) throw new Error(`another result: ${text}`);
}

/** The owner asks for a change of what runs, until it is noted or the host is gone. */
export async function askForChange(subject: Subject, { job }: Posted, path: string): Promise<void> {
  await knock(subject, job, `/job/${job}${path}`, { method: 'POST' });
}

const GONE = 'the host died of it';

async function knock(
  subject: Subject,
  job: string,
  path: string,
  { method, body }: { method: string; body?: string },
): Promise<string> {
  const life = subject.lives;
  return subject.until(`the door at ${path}`, async () => {
    if (subject.pid === null || subject.lives !== life) return GONE;
    const headers = {
      'content-type': 'application/json',
      authorization: await subject.world.authorize(job),
    };
    const request = { method, headers, ...(body === undefined ? {} : { body }) };
    for (const port of listeningPorts(subject.pid)) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, request).catch(() => null);
      const text = await response?.text().catch(() => null);
      if (response?.ok === true && text !== null && text !== undefined) return text;
    }
    return null;
  });
}

/** TCP ports on which a process of this computer listens: nothing else publishes the door yet. */
function listeningPorts(pid: number): number[] {
  const links = attempt(() => readdirSync(`/proc/${pid}/fd`)).map((fd) =>
    attempt(() => [readlinkSync(`/proc/${pid}/fd/${fd}`)]).join(''),
  );
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state = '', , , , , , inode = ''] = row.trim().split(/\s+/);
    const isOurs = state === '0A' && links.includes(`socket:[${inode}]`);
    return isOurs ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
  });
}

function attempt(list: () => string[]): string[] {
  try {
    return list();
  } catch {
    // It is gone already.
    return [];
  }
}

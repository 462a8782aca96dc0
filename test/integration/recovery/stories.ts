import type { JobDetail } from '../../../app/contract/job.ts';
import type { RunStep } from '../../../app/jobs/run-event.ts';
import { confidential, job, operation } from '../../fakes/jobs/definitions.ts';
import { raw } from '../containers/engine-kit.ts';
import type { Posted } from './chain-world.ts';
import { makeRoom, smallDisk } from './disk.ts';
import { askForChange, bringDefinition, fetchResult } from './door.ts';
import { FILE_SERVER } from './files.ts';
import { count, env, numbers } from './scripts.ts';
import { LOGIN, type Shop } from './shop.ts';
import type { Subject } from './subject.ts';

type Step = RunStep['type'];

/** One job of a host, as it is lived through. */
export interface Scene {
  readonly subject: Subject;
  readonly shop: Shop;
  readonly posted: Posted;
}

type Event = (scene: Scene) => Promise<void>;

/** A step at which the host is killed, once right before it is written and once right after. */
interface Point {
  readonly step: Step;
  /** Prepares the world while no host runs. */
  readonly before?: Event;
  /** What brings the step about, where the host does not come to it by itself. */
  readonly outside?: Event;
  /** It has to happen again after the first of the two crashes. */
  readonly isRepeated?: boolean;
  /** While no host runs, after both crashes. */
  readonly after?: Event;
}

/** A job whose host dies at every one of these points, in this order. */
export interface Story {
  readonly name: string;
  readonly definition: (shop: Shop) => object;
  readonly timeoutSeconds?: number;
  /** As soon as the host has noted the offer, which it has not acted upon yet. */
  readonly prepare?: Event;
  readonly points: readonly Point[];
  readonly outcome: JobDetail['outcome'];
  readonly status: JobDetail['status'];
  /** By operation: exactly what its log holds. */
  readonly prints: Readonly<Record<string, readonly string[]>>;
  /** What else has to be true in the end. */
  readonly check?: Event;
}

const at = (...steps: Step[]): Point[] => steps.map((step) => ({ step }));

const healthCheck = {
  type: 'http',
  path: '/',
  method: 'GET',
  expected_status: 200,
  continuous: true,
};
const answer = "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'";
const serve = [
  'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n',
  `if [ $n = 1 ]; then ${count(1, 40)}; exit 1; fi`,
  count(41, 80),
  `while true; do ${answer} | nc -l -p 8080 > /dev/null; done`,
].join('; ');

const plain: Story = {
  name: 'a job with a private image, through every step of an ordinary way',
  definition: ({ privateImage }) =>
    job([
      { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
      operation('count', {
        image: privateImage,
        authentication: { docker: LOGIN },
        volumes: [{ name: 'data', dest: '/data/own' }],
        env,
        cmd: count(1, 160),
      }),
    ]),
  points: at(
    'offered',
    'definition-fetched',
    'accepted',
    'pull-started',
    'pulled',
    'images-ready',
    'operation-starting',
    'operation-started',
    'operation-ended',
    'cause-decided',
    'result-built',
    'result-stored',
    'settlement-signed',
    'settlement-confirmed',
    'closed',
  ),
  outcome: 'paid',
  status: 'success',
  prints: { disk: [], count: numbers(1, 160) },
  check: async ({ shop: { privateImage } }) => {
    const { status } = await raw('GET', `/images/${privateImage}/json`);
    if (status !== 404) throw new Error(`the private image: ${status}`);
  },
};

const service: Story = {
  name: 'a service that fails at first, gets well, is extended and ended by its client',
  definition: ({ image }) =>
    job([
      operation(
        'serve',
        {
          image,
          env,
          cmd: serve,
          expose: { port: 8080, health_checks: [healthCheck] },
          restart_policy: { policy: 'on-failure', restart_tries: 3 },
        },
        { group: 'all' },
      ),
    ]),
  points: [
    ...at('operation-restarting', 'operation-ready'),
    { step: 'extended', outside: ({ subject, posted }) => subject.world.extend(posted, 900) },
    { step: 'cause-decided', outside: ({ subject, posted }) => subject.world.end(posted) },
    ...at('settlement-signed'),
  ],
  outcome: 'ended-by-client',
  status: 'stopped',
  prints: { serve: numbers(1, 80) },
};

const resource = (path: string): object => ({
  type: 'S3',
  target: '/model',
  url: `http://${FILE_SERVER}`,
  files: [path],
});

const parts: Story = {
  name: 'a job of parts, of which some cannot be had',
  definition: ({ image, privateImage }) =>
    job([
      operation(
        'read',
        { image, env, cmd: 'cat /model/file.txt', resources: [resource('file.txt')] },
        { group: 'read' },
      ),
      operation(
        'lost',
        { image, env, cmd: 'true', resources: [resource('lost.txt')] },
        { group: 'lost' },
      ),
      // Nobody gave the password of this one.
      operation('base', { image: privateImage, env, cmd: 'true' }, { group: 'none' }),
      operation('next', { image, env, cmd: 'true' }, { group: 'none', depends_on: ['base'] }),
    ]),
  points: at(
    'pull-failed',
    'resource-started',
    'resource-ready',
    'resource-failed',
    'operation-skipped',
  ),
  outcome: 'paid',
  status: 'failed',
  prints: { read: ['a model'], next: [] },
  check: async ({ subject }) => {
    const { cache } = await subject.belongings();
    if (cache.length !== 1) throw new Error(`the cache is ${cache.join()}`);
  },
};

const declined: Story = {
  name: 'a job that is declined',
  definition: ({ image }) => job([operation('a', { image, cmd: '%%global.variables.MISSING%%' })]),
  points: at('refused', 'settlement-signed'),
  outcome: 'refused',
  status: null,
  prints: {},
};

const LISTEN = { type: 'api-listen', args: {} };

const confidentialJob: Story = {
  name: 'a confidential job whose owner comes to the door',
  definition: () => confidential({ send: LISTEN, receive: LISTEN }),
  points: [
    {
      step: 'definition-fetched',
      isRepeated: true,
      outside: ({ subject, posted, shop: { image } }: Scene): Promise<void> => {
        const secret = operation('secret', { image, env, cmd: 'echo a secret' });
        return bringDefinition(subject, posted, job([secret]));
      },
    },
    {
      step: 'result-delivered',
      isRepeated: true,
      outside: ({ subject, posted }) => fetchResult(subject, posted),
    },
  ],
  outcome: 'paid',
  status: 'success',
  prints: { secret: ['a secret'] },
};

const anew = [
  'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n',
  `if [ $n = 1 ]; then ${count(1, 20)}; else ${count(21, 40)}; fi`,
  'while true; do sleep 0.1; done',
].join('; ');

const asked: Story = {
  name: 'a service that its client restarts, and then stops, at the door',
  definition: ({ image }) => job([operation('serve', { image, env, cmd: anew })]),
  points: [
    {
      step: 'operation-restart-asked',
      isRepeated: true,
      outside: (scene) => askOnce(scene, '20', '/group/serve/operation/serve/restart'),
    },
    {
      step: 'operation-stop-asked',
      isRepeated: true,
      outside: (scene) => askOnce(scene, '40', '/group/serve/stop'),
    },
  ],
  outcome: 'paid',
  status: 'success',
  // Each run once: no wish was granted twice, and none was lost.
  prints: { serve: numbers(1, 40) },
};

/** Once a line is there, the client asks for a change. */
async function askOnce({ subject, posted }: Scene, line: string, path: string): Promise<void> {
  await subject.until(`the line ${line}`, async () => {
    const lines = await subject.lines(posted.run, 'serve');
    return lines.some(({ text }) => text === line) || null;
  });
  await askForChange(subject, posted, path);
}

/** An engine of a chain that says so refuses everything. */
const REFUSAL = {
  context: { slot: 1 },
  value: { err: { InstructionError: [0, { Custom: 6013 }] }, logs: [], unitsConsumed: 0 },
};

const troubled: Story = {
  name: 'a job whose log finds a full disk, and whose settlement is lost and refused at first',
  definition: ({ image }) => job([operation('count', { image, env, cmd: count(1, 5) })]),
  prepare: ({ subject, posted }) => smallDisk(subject, posted),
  points: [
    { step: 'log-incomplete', after: ({ subject, posted }) => makeRoom(subject, posted) },
    {
      step: 'settlement-expired',
      before: ({ subject }) => lie(subject, 'getBlockHeight', 1e9),
      after: ({ subject }) => lie(subject, 'getBlockHeight', null),
    },
    {
      step: 'settlement-rejected',
      before: ({ subject }) => lie(subject, 'simulateTransaction', REFUSAL),
      after: ({ subject }) => lie(subject, 'simulateTransaction', null),
    },
  ],
  outcome: 'paid',
  status: 'success',
  // The engine had them still when there was room again; that some were missing stays noted.
  prints: { count: numbers(1, 5) },
  check: async ({ subject, posted }) => {
    const { receipt } = subject.detail(posted.run);
    const document = JSON.stringify(await subject.world.document(receipt?.resultCid ?? ''));
    for (const text of [...numbers(1, 5), 'This log is not complete: disk full.']) {
      if (!document.includes(`"log":"${text}"`)) throw new Error(`not in the result: ${text}`);
    }
  },
};

function lie({ world }: Subject, method: string, result: unknown): Promise<void> {
  if (result === null) world.censor.results.delete(method);
  else world.censor.results.set(method, result);
  return Promise.resolve();
}

/** Jobs that take every step between them. */
export const stories = {
  plain,
  service,
  declined,
  confidential: confidentialJob,
  asked,
  parts,
  troubled,
} satisfies Record<string, Story>;

import { OffpeakError } from '../../../app/contract/errors.ts';
import type { JobStatus, Outcome } from '../../../app/contract/job.ts';
import type { SettlementKind } from '../../../app/jobs/ports.ts';
import { clientStories } from './client-stories.ts';
import { confidentialStories } from './confidential-stories.ts';
import { job, oneOperation, operation } from './definitions.ts';
import type { World } from './world.ts';

/** A job's whole way, as the world around the host plays it; a crash may come anywhere. */
export interface Story {
  readonly name: string;
  readonly definition: object;
  readonly timeoutSeconds: number;
  /** Sets up engine and network. */
  prepare(world: World): void;
  /** What comes from outside, once. */
  later?(world: World, run: string): void;
  /** When it comes; else when the job has been running for some seconds. */
  when?(world: World): boolean;
  /** What the outside does whenever it can. */
  whenever?(world: World): void;
  /** What else has to be true at the end. */
  check?(world: World, run: string): void;
  /** How it may end; more than one where a crash may come before the owner's wish. */
  readonly outcomes: readonly Outcome[];
  /** What has to land on the chain for such an end, no more and no less. */
  settlements(outcome: Outcome | null): readonly SettlementKind[];
  /** By operation: exactly what its log holds. */
  readonly prints: Readonly<Record<string, readonly string[]>>;
  /** How the job itself has to go; checked where it is given. */
  readonly status?: JobStatus;
  /** The owner wants the card back, before and after the crash. */
  readonly isHandedBack?: boolean;
}

const paid: Pick<Story, 'timeoutSeconds' | 'outcomes' | 'settlements' | 'prints'> = {
  timeoutSeconds: 3600,
  outcomes: ['paid'],
  settlements: () => ['finish'],
  prints: {},
};

const healthCheck = {
  type: 'http',
  path: '/',
  method: 'GET',
  expected_status: 200,
  continuous: true,
};

/** A service that prints before and after whatever happens to it. */
const service = {
  lines: [{ text: 'up' }, { text: 'still up', afterMs: 2000 }],
  runMs: 'until-stopped',
} as const;
const servicePrints = { train: ['up', 'still up'] };

/** Together these take every kind of step; a test proves it. */
export const stories: readonly Story[] = [
  {
    ...paid,
    name: 'a job of several operations that goes well',
    definition: job([
      { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
      operation('fetch', { volumes: [{ name: 'data', dest: '/data' }] }),
      operation('train', {}, { group: 'work' }),
      operation(
        'watch',
        {},
        { group: 'work', depends_on: ['train'], stop_if_dependent_stops: true },
      ),
    ]),
    prepare: (world: World): void => {
      const { engine } = world;
      // Lines that are still on their way to the disk when the container ends.
      world.logDiskMs = 700;
      engine.scripts.set('fetch', {
        lines: [{ text: 'a' }, { text: 'b', sameInstant: true }, { text: 'c', sameInstant: true }],
        runMs: 1000,
      });
      engine.scripts.set('train', {
        lines: ['1', '2', '3', '4'].map((text) => ({ text, afterMs: 300 })),
        runMs: 500,
      });
      engine.scripts.set('watch', { runMs: 'until-stopped' });
    },
    prints: { fetch: ['a', 'b', 'c'], train: ['1', '2', '3', '4'], watch: [] },
  },
  {
    ...paid,
    name: 'a job that policy declines',
    definition: oneOperation({ cmd: '%%global.variables.MISSING%%' }),
    prepare: () => undefined,
    outcomes: ['refused'],
    settlements: () => ['quit'],
  },
  {
    ...paid,
    name: 'a job that waits for the health of its service',
    definition: job([
      operation(
        'db',
        { expose: { port: 5432, health_checks: [healthCheck, { ...healthCheck, path: '/deep' }] } },
        { group: 'all' },
      ),
      operation('train', {}, { group: 'all', depends_on: ['db'] }),
    ]),
    prepare: ({ engine, prober }: World): void => {
      engine.endpoints.set('db:5432', { host: '127.0.0.1', port: 45_432 });
      prober.answers.set(45_432, false);
      engine.scripts.set('db', { lines: [{ text: 'up' }], runMs: 120_000 });
      engine.scripts.set('train', { lines: [{ text: '1' }], runMs: 1000 });
    },
    when: ({ prober }) => prober.asked.length > 4,
    later: ({ prober }) => prober.answers.clear(),
    prints: { db: ['up'], train: ['1'] },
  },
  {
    ...paid,
    name: 'a job whose program fails twice and is started again',
    definition: oneOperation({ restart_policy: { policy: 'on-failure', restart_tries: 2 } }),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', {
        lines: [{ text: '1' }],
        runMs: 800,
        exitCode: 1,
        restarts: [
          { lines: [{ text: '2' }, { text: '2b', sameInstant: true }] },
          { lines: [{ text: '3' }], exitCode: 0 },
        ],
      });
    },
    prints: { train: ['1', '2', '2b', '3'] },
    status: 'success',
  },
  {
    ...paid,
    name: 'a job with resources, one of which does not exist',
    definition: job([
      operation('train', { resources: [{ type: 'HF', repo: 'org/model', target: '/model' }] }),
      operation('lost', { resources: [{ type: 'HF', repo: 'org/lost', target: '/model' }] }),
      operation('after'),
    ]),
    prepare: ({ resources, engine }: World): void => {
      resources.scripts.set('org/lost', {
        problem: new OffpeakError('containers.image-missing').toReport(),
      });
      engine.scripts.set('train', { lines: [{ text: '1' }], runMs: 1000 });
    },
    prints: { train: ['1'], lost: [], after: [] },
    status: 'failed',
  },
  {
    ...paid,
    name: 'a job whose image does not exist',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      const problem = new OffpeakError('containers.image-missing').toReport();
      engine.pulls.set('images/train:1', { problem });
    },
  },
  {
    ...paid,
    name: 'a job whose first operation cannot start',
    definition: job([
      operation('base', {}, { group: 'all' }),
      operation('train', {}, { group: 'all', depends_on: ['base'] }),
    ]),
    prepare: ({ engine }: World): void => {
      engine.startProblems.set('base', new OffpeakError('containers.start-failed').toReport());
    },
    prints: { train: [] },
  },
  {
    ...paid,
    name: 'a job that its client extends',
    definition: oneOperation(),
    timeoutSeconds: 60,
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', { ...service, runMs: 90_000 });
    },
    later: ({ network }, run) => network.extend(run, 600),
    prints: servicePrints,
  },
  {
    ...paid,
    name: 'a job whose log finds a full disk',
    definition: oneOperation(),
    prepare: (world: World): void => {
      world.engine.scripts.set('train', { ...service, runMs: 1000 });
      world.logDiskFull = true;
    },
    prints: { train: [] },
  },
  {
    ...paid,
    name: 'a job whose settlement does not reach the chain at first',
    definition: oneOperation(),
    prepare: ({ network }: World): void => {
      network.sending = 'lose';
    },
    when: ({ network }) => network.calls.sendTransaction > 0,
    later: ({ network }) => void (network.sending = 'confirm'),
  },
  {
    ...paid,
    name: 'a job whose settlement is refused at first',
    definition: oneOperation(),
    prepare: ({ network }: World): void => {
      network.sending = 'reject';
    },
    when: ({ network }) => network.calls.sendTransaction > 0,
    later: ({ network }) => void (network.sending = 'confirm'),
  },
  {
    ...paid,
    name: 'a job whose settlement lands unheard',
    definition: oneOperation(),
    prepare: ({ network }: World): void => {
      network.sending = 'land-unheard';
    },
  },
  {
    ...paid,
    name: 'a job that the owner hands back',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', service);
    },
    later: ({ room }) => room.handBack('The owner took the card back.'),
    outcomes: ['handed-back', 'refused'],
    settlements: (outcome) => [outcome === 'refused' ? 'quit' : 'finish'],
    isHandedBack: true,
  },
  {
    ...paid,
    name: 'a job whose time runs out',
    definition: oneOperation(),
    timeoutSeconds: 600,
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', service);
    },
    prints: servicePrints,
  },
  {
    ...paid,
    name: 'a job that its client ends',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', service);
    },
    later: ({ network }, run) => network.endByClient(run),
    outcomes: ['ended-by-client'],
    settlements: () => ['complete'],
    prints: servicePrints,
  },
  {
    ...paid,
    name: 'a job that vanishes from the chain',
    definition: oneOperation(),
    prepare: ({ engine }: World): void => {
      engine.scripts.set('train', service);
    },
    later: ({ network }, run) => network.drop(run),
    outcomes: ['lost'],
    settlements: () => [],
    prints: servicePrints,
  },
  ...confidentialStories,
  ...clientStories,
];

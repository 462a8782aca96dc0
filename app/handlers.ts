import type { Timeline } from './activity/timeline.ts';
import type { Handlers } from './contract/commands.ts';
import type { EngineFound, InternetPolicy } from './contract/settings.ts';
import type { JobsRoom } from './jobs/jobs-room.ts';

/** What the commands act on. */
export interface CommandTargets {
  readonly jobs: Pick<JobsRoom, 'list' | 'get' | 'log' | 'csv'>;
  readonly timeline: Pick<Timeline, 'segments'>;
  lend(): void;
  takeBack(): void;
  examine(): void;
  prove(): void;
  findEngines(): Promise<EngineFound[]>;
  chooseEngine(address: string | null): void;
  chooseInternet(internet: InternetPolicy): void;
}

/** Every command of the contract on the rooms: the only place where names meet functions. */
export function handlersOf(targets: CommandTargets): Handlers {
  const accept =
    <Input>(work: (input: Input) => void) =>
    (input: Input) => {
      work(input);
      return Promise.resolve({ accepted: true as const });
    };
  return {
    'host.lend': accept(() => targets.lend()),
    'host.takeBack': accept(() => targets.takeBack()),
    'doctor.check': accept(() => targets.examine()),
    'isolation.prove': accept(() => targets.prove()),
    'engines.find': async () => ({ engines: await targets.findEngines() }),
    'settings.engine': accept(({ address }) => targets.chooseEngine(address)),
    'settings.internet': accept(({ internet }) => targets.chooseInternet(internet)),
    'jobs.list': (input) => Promise.resolve(targets.jobs.list(input)),
    'jobs.get': ({ run }) => Promise.resolve(targets.jobs.get(run)),
    'jobs.log': (input) => targets.jobs.log(input),
    'jobs.csv': () => Promise.resolve(targets.jobs.csv()),
    'activity.day': ({ from, to }) =>
      Promise.resolve({ segments: targets.timeline.segments(from, to) }),
  };
}

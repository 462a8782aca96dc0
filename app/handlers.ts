import type { Benchmarking } from './benchmarking.ts';
import type { Timeline } from './activity/timeline.ts';
import type { Handlers } from './contract/commands.ts';
import type { EngineFound, HeatLimitC, InternetPolicy, MoneyChoices } from './contract/settings.ts';
import type { JobHistory } from './jobs/history.ts';
import type { NetworkOwner } from './lending/network-owner.ts';
import type { ReadinessRoom } from './readiness/readiness-room.ts';
import type { PowerRoom } from './power/power-room.ts';
import type { TelemetryRoom } from './telemetry/telemetry-room.ts';

/** What the commands act on. */
export interface CommandTargets {
  readonly history: JobHistory;
  readonly timeline: Pick<Timeline, 'segments'>;
  readonly telemetry: Pick<TelemetryRoom, 'chart'>;
  readonly benchmarking: Pick<Benchmarking, 'start' | 'sweep' | 'stop' | 'history'>;
  readonly power: PowerRoom;
  lend(): void;
  takeBack(): void;
  examine(): void;
  prove(): void;
  findEngines(): Promise<EngineFound[]>;
  chooseEngine(address: string | null): void;
  chooseInternet(internet: InternetPolicy): void;
  chooseHeatLimit(limitC: HeatLimitC): void;
  chooseMoney(money: MoneyChoices): void;
  readonly owner: NetworkOwner;
  readonly readiness: Pick<ReadinessRoom, 'examine' | 'measureNetwork'>;
}

/** Every command of the contract on the rooms: the only place where names meet functions. */
export function handlersOf(targets: CommandTargets): Handlers {
  const { owner, readiness, power } = targets;
  // What it throws, or rejects with, is the command's own failure.
  const accept =
    <Input>(work: (input: Input) => void | Promise<void>) =>
    async (input: Input) => {
      await work(input);
      return { accepted: true as const };
    };
  return {
    'host.lend': accept(() => targets.lend()),
    'host.takeBack': accept(() => targets.takeBack()),
    'doctor.check': accept(() => targets.examine()),
    'isolation.prove': accept(() => targets.prove()),
    'engines.find': async () => ({ engines: await targets.findEngines() }),
    'settings.engine': accept(({ address }) => targets.chooseEngine(address)),
    'settings.internet': accept(({ internet }) => targets.chooseInternet(internet)),
    'settings.heat': accept(({ limitC }) => targets.chooseHeatLimit(limitC)),
    'settings.money': accept((money) => targets.chooseMoney(money)),
    'settings.network': (changes) => owner.change(changes),
    'network.acknowledge': () => owner.acknowledge(),
    'network.choose': ({ kind }) => owner.chooseNetwork(kind),
    'network.costs': async ({ address }) => await owner.lender(address).costs(),
    'rewards.read': async ({ address }) => await owner.lender(address).rewards(),
    'rewards.claim': async ({ address }) => await owner.lender(address).claimRewards(),
    'vault.create': accept(({ passphrase }) => owner.createVault(passphrase)),
    'vault.unlock': accept(({ passphrase }) => owner.unlock(passphrase)),
    'vault.lock': accept(() => owner.lock()),
    'vault.import': ({ path, label }) => owner.importKey(path, label),
    'vault.assign': accept(({ address, card }) => owner.assign(address, card)),
    'readiness.check': accept(() => readiness.examine()),
    // It takes a quarter of a minute: the state tells how it goes.
    'readiness.measureNetwork': accept(() => void readiness.measureNetwork()),
    'jobs.list': (input) => Promise.resolve(targets.history.list(input)),
    'jobs.get': ({ run }) => Promise.resolve(targets.history.get(run)),
    'jobs.log': (input) => targets.history.log(input),
    'jobs.csv': () => Promise.resolve(targets.history.csv()),
    'cards.history': (request) => Promise.resolve(targets.telemetry.chart(request)),
    'benchmark.start': accept(({ card, level, resume }) =>
      targets.benchmarking.start({ card, level, isResumed: resume }),
    ),
    'benchmark.sweep': accept(({ card }) => targets.benchmarking.sweep(card)),
    'benchmark.stop': accept(() => targets.benchmarking.stop()),
    'benchmark.history': ({ card }) => Promise.resolve(targets.benchmarking.history(card)),
    'power.allow': accept(() => power.allow()),
    'power.try': accept(({ card, setting }) => power.try(card, setting)),
    'power.keep': accept(({ card }) => power.keep(card)),
    'power.revert': accept(({ card }) => power.revert(card)),
    'power.drop': accept(({ card, kinds }) => power.drop(card, kinds)),
    'power.quiet': accept(({ card, quiet }) => power.quiet(card, quiet)),
    'activity.day': ({ from, to }) =>
      Promise.resolve({ segments: targets.timeline.segments(from, to) }),
  };
}

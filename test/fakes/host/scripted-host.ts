import type { Handlers } from '../../../app/contract/commands.ts';
import type { HostState } from '../../../app/contract/state.ts';
import type { ServedHost } from '../../../app/serve/view.ts';
import { HostStore } from '../../../app/store.ts';
import { aHostState } from './host-state.ts';

/** A host without rooms: a real store, and handlers that a test may replace. */
export interface ScriptedHost extends ServedHost {
  readonly store: HostStore;
  /** Names of the commands that were asked for, in order. */
  readonly asked: string[];
  /** How many views somebody looks at. */
  watching(): number;
}

/** Makes one; `handlers` replaces single commands, the others answer with next to nothing. */
export function scriptedHost(
  options: { state?: HostState; handlers?: Partial<Handlers> } = {},
): ScriptedHost {
  const store = new HostStore(options.state ?? aHostState());
  const asked: string[] = [];
  let watching = 0;
  const note =
    <I, O>(name: string, answer: (input: I) => Promise<O>) =>
    (input: I) => {
      asked.push(name);
      return answer(input);
    };
  const choices = () => Promise.resolve(store.state.settings.network);
  const accepted = () => Promise.resolve({ accepted: true as const });
  const base: Handlers = {
    'host.lend': note('host.lend', accepted),
    'host.takeBack': note('host.takeBack', accepted),
    'doctor.check': note('doctor.check', accepted),
    'isolation.prove': note('isolation.prove', accepted),
    'engines.find': () => Promise.resolve({ engines: [] }),
    'settings.engine': note('settings.engine', accepted),
    'settings.internet': note('settings.internet', accepted),
    'settings.heat': note('settings.heat', accepted),
    'settings.money': note('settings.money', accepted),
    'settings.network': note('settings.network', choices),
    'network.acknowledge': note('network.acknowledge', choices),
    'network.choose': note('network.choose', choices),
    'network.costs': () => Promise.reject(new Error('no market')),
    'rewards.read': () => Promise.resolve({ claimable: '0', claimed: '0' }),
    'rewards.claim': () => Promise.reject(new Error('nothing to claim')),
    'vault.create': note('vault.create', accepted),
    'vault.unlock': note('vault.unlock', accepted),
    'vault.lock': note('vault.lock', accepted),
    'vault.import': () => Promise.reject(new Error('no such file')),
    'vault.assign': note('vault.assign', accepted),
    'readiness.check': note('readiness.check', accepted),
    'readiness.measureNetwork': note('readiness.measureNetwork', accepted),
    'jobs.list': () => Promise.resolve({ jobs: [], next: null, total: 0 }),
    'jobs.get': () => Promise.reject(new Error('no such job')),
    'jobs.log': () => Promise.resolve({ lines: [], next: 0, complete: true }),
    'jobs.csv': () => Promise.resolve({ fileName: 'jobs.csv', text: '' }),
    'cards.history': () => Promise.resolve({ stepMs: 1_000, points: [] }),
    'benchmark.start': note('benchmark.start', accepted),
    'benchmark.sweep': note('benchmark.sweep', accepted),
    'benchmark.stop': note('benchmark.stop', accepted),
    'benchmark.history': () =>
      Promise.resolve({ latest: null, earlier: [], open: [], sweep: null }),
    'power.allow': note('power.allow', accepted),
    'power.try': note('power.try', accepted),
    'power.keep': note('power.keep', accepted),
    'power.revert': note('power.revert', accepted),
    'power.drop': note('power.drop', accepted),
    'power.quiet': note('power.quiet', accepted),
    'activity.day': () => Promise.resolve({ segments: [] }),
  };
  return {
    store,
    asked,
    get state() {
      return store.state;
    },
    onChange: (listener) => store.onChange(listener),
    watching: () => watching,
    watch: () => {
      watching += 1;
      return () => (watching -= 1);
    },
    handlers: { ...base, ...options.handlers },
  };
}

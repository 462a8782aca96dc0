import { join } from 'node:path';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { HostState } from '../../../app/contract/state.ts';
import { serveHttp } from '../../../app/serve/http-server.ts';
import { scriptedHost } from '../../fakes/host/scripted-host.ts';
import type { Scene } from './scene.ts';
import { detailOf } from './scripted-jobs.ts';
import { scriptedReadings } from './scripted-readings.ts';
import { listJobs } from './scripted-list.ts';

const renderer = join(import.meta.dirname, '..', '..', '..', 'dist', 'renderer');

/** The real web server over a host that only acts its part. */
export interface ScriptedDashboard {
  /** The address as the host prints it; changes with every start, because the token does. */
  readonly url: string;
  readonly scene: Scene;
  /** Names of the commands that changed something, in order. */
  readonly asked: readonly string[];
  /** Replaces slices of the state; every open page gets a patch. */
  commit(changes: Partial<HostState>): void;
  /** Prints into the log and says so in the state, as a running job does. */
  print(...texts: string[]): void;
  stop(): Promise<void>;
  /** Starts again on the same port, with a new token. */
  start(): Promise<void>;
}

/** Serves the built renderer (dist/renderer) with this scene on a free port of loopback. */
export async function scriptedDashboard(scene: Scene): Promise<ScriptedDashboard> {
  const host = scriptedHost({
    state: scene.state,
    handlers: {
      'jobs.list': (input) => Promise.resolve(listJobs(scene.jobs, input)),
      'jobs.get': ({ run }) => {
        const job = scene.jobs.find((one) => one.run === run);
        if (!job) return Promise.reject(new OffpeakError('jobs.not-found'));
        return Promise.resolve(scene.details.get(run) ?? detailOf(job));
      },
      'jobs.log': (input) => Promise.resolve(scene.log.read(input)),
      'jobs.csv': () => Promise.resolve({ fileName: 'offpeak-jobs.csv', text: csvOf(scene) }),
      'engines.find': () => Promise.resolve({ engines: [...scene.engines] }),
      'cards.history': (input) => Promise.resolve(scriptedReadings(input)),
      'benchmark.history': () => Promise.resolve(scene.benchmarks),
      'activity.day': () => Promise.resolve({ segments: scene.day }),
    },
  });
  let server = await serveHttp(host, { folder: renderer, port: 0 });
  const port = Number(new URL(server.origin).port);
  return {
    scene,
    asked: host.asked,
    get url() {
      return server.url;
    },
    commit: (changes) => host.store.commit(changes),
    print(...texts) {
      scene.log.print(texts);
      const { job } = host.state;
      if (job) host.store.commit({ job: { ...job, logBytes: scene.log.size } });
    },
    stop: () => server.close(),
    async start() {
      server = await serveHttp(host, { folder: renderer, port });
    },
  };
}

function csvOf(scene: Scene): string {
  const rows = scene.jobs.map((job) => [job.run, job.title, job.grossBaseUnits ?? ''].join(','));
  return ['run,title,gross', ...rows, ''].join('\r\n');
}

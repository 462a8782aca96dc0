import { z } from 'zod';
import { raw } from '../containers/engine-kit.ts';

const Labels = z.record(z.string(), z.string()).nullable();
const Container = z.object({ Labels, Names: z.array(z.string()) });
const Network = z.object({ Labels, Name: z.string() });
const Volumes = z.object({ Volumes: z.array(z.object({ Labels, Name: z.string() })).nullable() });

/** Everything in an engine that carries the label of a host, each as `kind name`, sorted. */
export interface Belongings {
  /** Of runs: containers of jobs, their guards, networks and volumes. */
  readonly ofRuns: readonly string[];
  /** Guard and network that are kept ready for the next job. */
  readonly spare: readonly string[];
  /** Containers through which files go. */
  readonly writers: readonly string[];
  /** Volumes of the cache, which outlive runs. */
  readonly cache: readonly string[];
}

/** What a host has in an engine now, past all code of ours. */
export async function belongingsOf(host: string, socket?: string): Promise<Belongings> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`io.offpeak.host=${host}`] }));
  const get = async (path: string): Promise<unknown> =>
    JSON.parse((await raw('GET', `${path}filters=${filters}`, undefined, socket)).text);
  const containers = z.array(Container).parse(await get('/containers/json?all=1&'));
  const networks = z.array(Network).parse(await get('/networks?'));
  const volumes = Volumes.parse(await get('/volumes?')).Volumes ?? [];
  const all = [
    ...containers.map(({ Labels, Names }) => ({ of: Labels, name: `container ${Names.join()}` })),
    ...networks.map(({ Labels, Name }) => ({ of: Labels, name: `network ${Name}` })),
    ...volumes.map(({ Labels, Name }) => ({ of: Labels, name: `volume ${Name}` })),
  ];
  const kinds = Map.groupBy(all, ({ of }) => kindOf(of ?? {}));
  const names = (kind: keyof Belongings): string[] =>
    (kinds.get(kind) ?? []).map(({ name }) => name).toSorted();
  return {
    ofRuns: names('ofRuns'),
    spare: names('spare'),
    writers: names('writers'),
    cache: names('cache'),
  };
}

function kindOf(labels: Readonly<Record<string, string>>): keyof Belongings {
  const key = (name: string): string | undefined => labels[`io.offpeak.${name}`];
  if (key('writer') !== undefined) return 'writers';
  if (key('run') === undefined && key('cache') !== undefined) return 'cache';
  return key('pod')?.startsWith('open.spare-') === true ? 'spare' : 'ofRuns';
}

import { refusal, type Reply } from './reply.ts';
import type { Route } from './route.ts';
import { changingRoutes } from './routes-changing.ts';
import { lookingRoutes } from './routes-looking.ts';
import { publicRoutes } from './routes-public.ts';
import { shellRoutes } from './routes-shell.ts';
import { statsRoutes } from './routes-stats.ts';

/** Everything that the door answers; the network's names and paths (node API of its own host). */
export const routes: readonly Route[] = [
  ...publicRoutes,
  ...lookingRoutes,
  ...statsRoutes,
  ...changingRoutes,
  ...shellRoutes,
];

/** What a request names in its path, decoded; empty where the path has no such part. */
interface Named {
  readonly job: string;
  readonly group: string;
  readonly operation: string;
}

/** A route that a request means; or the answer to any other. */
export type Match =
  | ({ readonly found: true; readonly route: Route; readonly query: URLSearchParams } & Named)
  | { readonly found: false; readonly reply: Reply };

/** Finds the route of a request. */
export function match(method: string, target: string): Match {
  const [path = '', ...queries] = target.split('?');
  const fitting = table.flatMap(({ route, pattern }) => {
    const named = namedIn(pattern.exec(path));
    return named === null ? [] : [{ route, ...named }];
  });
  const one = fitting.find(({ route }) => route.method === method);
  if (one !== undefined) {
    return { found: true, ...one, query: new URLSearchParams(queries.join('?')) };
  }
  if (fitting.length === 0) return { found: false, reply: refusal(404, 'There is no such route.') };
  const allow = [...new Set(fitting.map(({ route }) => route.method))].join(', ');
  const reply = refusal(405, `This route takes ${allow} alone.`, { allow });
  return { found: false, reply };
}

function namedIn(found: RegExpExecArray | null): Named | null {
  if (found === null) return null;
  const { job = '', group = '', op = '' } = found.groups ?? {};
  try {
    return { job, group: decodeURIComponent(group), operation: decodeURIComponent(op) };
  } catch {
    // Half an escape.
    return null;
  }
}

/** An address is 32 bytes in base58. */
const ADDRESS = '(?<job>[1-9A-HJ-NP-Za-km-z]{32,44})';

const table = routes.map((route) => {
  const path = route.path
    .replace(':job', ADDRESS)
    .replace(/:(group|op)\b/g, (_whole, name: string) => `(?<${name}>[^/]{1,1000})`);
  return { route, pattern: new RegExp(`^${path}$`) };
});

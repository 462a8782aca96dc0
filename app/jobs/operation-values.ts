import { hostAndPort } from './health/address.ts';
import { publicAddress } from './public-address.ts';
import { writtenPorts } from './definition/prospects.ts';
import { referencesOf, type Reference, type Target } from './definition/references.ts';
import type { OperationValue, OperationValues } from './operation-spec.ts';
import type { OperationsHost } from './operations-host.ts';
import { withDeadline } from './patience.ts';
import { patternsOf, type Found, type Pattern } from './results/pattern.ts';
import { readResults, type Results } from './results/read-results.ts';
import { hasRun } from './results/run-results.ts';

const ENDPOINT_DEADLINE_MS = 10_000;

interface Host extends Pick<
  OperationsHost,
  'engine' | 'clock' | 'definition' | 'facts' | 'work' | 'log' | 'logPath'
> {
  readonly signal: AbortSignal;
}
type Wanted = Extract<Reference, { readonly room: 'ops' }>;

/**
 * What the literals of one operation stand for that are known only now: results from the log of the
 * operations before, and addresses of those that run. Nothing is read that is not asked for.
 * Rejects when the signal aborts.
 */
export async function operationValues(
  given: Omit<Host, 'signal'>,
  index: number,
  signal: AbortSignal,
): Promise<OperationValues> {
  const host = { ...given, signal };
  const wanted = referencesOf(host.definition, index).filter((one) => one.room === 'ops');
  const results = await resultsFor(host, wanted);
  const missing = new Map<string, string>();
  const operations = new Map<string, OperationValue>();
  for (const [place, references] of Map.groupBy(wanted, ({ operation }) => operation)) {
    const operation = place === null ? undefined : host.definition.ops[place];
    if (place === null || operation === undefined) continue;
    const found = results.get(operation.id) ?? new Map<string, Found>();
    for (const { literal, target } of references) {
      const why = whyMissing(target, found);
      if (why !== null) missing.set(literal, why);
    }
    operations.set(operation.id, {
      ...(await addressesOf(host, place, references)),
      results: Object.fromEntries([...found].flatMap(([name, one]) => entriesOf(name, one))),
    });
  }
  return { operations, missing };
}

/** The results that are asked for, of operations that have printed something to read them from. */
async function resultsFor(host: Host, wanted: readonly Wanted[]): Promise<Results> {
  const { definition, log, logPath, signal } = host;
  const ran = new Set(
    host
      .work()
      .operations.filter(hasRun)
      .map(({ index }) => index),
  );
  const patterns = new Map<string, Pattern>();
  for (const { operation, target } of wanted) {
    const meant = operation === null ? undefined : definition.ops[operation];
    if (operation === null || meant === undefined || !ran.has(operation)) continue;
    if (target.what !== 'results') continue;
    for (const pattern of patternsOf(meant)) {
      if (target.name !== null && pattern.name !== target.name) continue;
      patterns.set(JSON.stringify([pattern.operation, pattern.name]), pattern);
    }
  }
  if (patterns.size === 0) return new Map();
  // A line that an operation printed before it ended is on the disk by now; of others, most are.
  await log.flush();
  return readResults({ logPath, patterns: [...patterns.values()], signal });
}

/** A result that was cut short is no value: nobody could tell that something is missing. */
function entriesOf(name: string, found: Found): (readonly [string, readonly string[]])[] {
  return found.ok && found.cut === null ? [[name, found.entries]] : [];
}

function whyMissing(target: Target, results: ReadonlyMap<string, Found>): string | null {
  if (target.what !== 'results' || target.name === null) return null;
  const found = results.get(target.name);
  if (found === undefined) return 'the operation has not run';
  if (!found.ok) return found.why;
  return found.cut === null ? null : 'it found more than a result holds';
}

type Addresses = Omit<OperationValue, 'results'>;

async function addressesOf(
  host: Host,
  index: number,
  references: readonly Wanted[],
): Promise<Addresses> {
  const endpoints: Record<string, string> = {};
  let deploymentEndpoint: string | null = null;
  for (const { target } of references) {
    if (target.what === 'endpoint') {
      const address = await addressOf(host, index, target.port);
      if (address !== null) endpoints[String(target.port)] = address;
    }
    if (target.what !== 'deployment-endpoint') continue;
    const port = firstPort(host, index);
    deploymentEndpoint ??= port === null ? null : await addressOf(host, index, port);
  }
  return { endpoints, deploymentEndpoint };
}

/** Without a network that publishes ports, they are reached from this computer alone. */
async function addressOf(host: Host, index: number, port: number): Promise<string | null> {
  const { engine, clock, definition, facts, signal } = host;
  const address = publicAddress(definition, facts, index, port);
  const record = host.work().operations.find((one) => one.index === index);
  if (address !== null || record?.state !== 'running') return address;
  const container = { id: record.containerId, operation: record.id };
  try {
    const endpoint = await withDeadline(clock, ENDPOINT_DEADLINE_MS, signal, () =>
      engine.endpoint(container, port),
    );
    return endpoint === null ? null : hostAndPort(endpoint);
  } catch {
    // An engine that does not answer now: the operation then says that it has no value.
    signal.throwIfAborted();
    return null;
  }
}

function firstPort({ definition }: Host, index: number): number | null {
  const operation = definition.ops[index];
  if (operation?.type !== 'container/run') return null;
  return writtenPorts(operation.args.expose).ports[0] ?? null;
}

import { createHash, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Endpoint } from '../jobs/ports.ts';
import { label, type Pod, podLabels, runLabels, tunnelName } from './names.ts';
import type { Pods } from './pods.ts';
import type { SeccompOption } from './seccomp.ts';
import type { ClientStart } from './tunnel-env.ts';
import { clientOptions, relayOptions, type TunnelPlace } from './tunnel-options.ts';

/** One tunnel: where it is, what it publishes, and what of this computer it leads to. */
export interface TunnelPlan {
  readonly pod: Pod;
  /** Null for the door of this host. */
  readonly run: string | null;
  /** Number of the operation, or `door`. */
  readonly of: string;
  /** Id of the client's image. */
  readonly image: string;
  readonly client: ClientStart;
  /** The tunnel's server, where it is on the Internet. */
  readonly server: { readonly name: string; readonly port: number } | null;
  readonly siblingPorts: readonly number[];
  /** Programs of this computer, by the port at which the client finds them. */
  readonly inward: ReadonlyMap<number, Endpoint>;
}

/** A tunnel whose containers run. */
export interface LivingTunnel {
  readonly clientId: string;
  readonly guardId: string;
  /** Its guard, and its relay where it has one: without them it is worth nothing. */
  readonly supports: readonly string[];
  /** What the relay believes; null where there is none. */
  readonly token: string | null;
  /** Addresses that its guard lets it reach. */
  readonly reaches: readonly string[];
}

/** What making one needs of the room. */
export interface Workshop {
  readonly engine: DockerEngine;
  readonly pods: Pods;
  /** Id of the guards' image, which holds the relay too. */
  readonly guardImage: string;
  readonly namesProcessLimit: boolean;
  readonly seccomp: SeccompOption | null;
}

/** Where a relay waits for this computer, in the network of its tunnel. */
export const LENDERS_PORT = 7999;

/**
 * The tunnel of a plan: what runs of it is taken over, the rest is made. A relay is always made anew,
 * since only its maker knows its token. Throws EngineFault or OffpeakError.
 */
export async function ensureTunnel(
  { engine, pods, guardImage, namesProcessLimit, seccomp }: Workshop,
  plan: TunnelPlan,
  signal: AbortSignal,
): Promise<LivingTunnel> {
  const digest = digestOf(plan);
  const guard = await ensureGuard(engine, pods, { plan, digest, signal });
  const place: TunnelPlace = {
    labels: labelsOf(plan),
    guardId: guard.id,
    of: plan.of,
    namesProcessLimit,
    seccomp,
  };
  const token = plan.inward.size === 0 ? null : randomBytes(32).toString('hex');
  const supports = [guard.id];
  if (token !== null) {
    await removeAll(engine, plan, label.relay);
    const relay = { lendersPort: LENDERS_PORT, ports: [...plan.inward.keys()], token };
    const options = relayOptions(guardImage, relay, place);
    supports.push(await run(engine, tunnelName(plan.pod, 'relay', plan.of), options, signal));
  }
  const clientId = await ensureClient(engine, { plan, place, digest, signal });
  return { clientId, guardId: guard.id, supports, token, reaches: guard.reaches };
}

/** Removes client, relay and guard. Throws EngineFault. */
export async function removeTunnel(
  engine: DockerEngine,
  tunnel: Pick<TunnelPlan, 'pod' | 'of'>,
): Promise<void> {
  await removeAll(engine, tunnel, label.tunnel);
  await removeAll(engine, tunnel, label.relay);
  await removeAll(engine, tunnel, label.guard, guardOf(tunnel.of));
}

/**
 * IPv4 addresses of a name as this computer resolves it: guards let nothing else out. Throws
 * `containers.tunnel-server-unknown`.
 */
export async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { family: 4, all: true }).catch((cause: unknown) => {
    throw new OffpeakError('containers.tunnel-server-unknown', { cause });
  });
  return [...new Set(found.map(({ address }) => address))].slice(0, MOST_ADDRESSES);
}

/** A guard takes 32. */
const MOST_ADDRESSES = 16;

interface Making {
  readonly plan: TunnelPlan;
  readonly digest: string;
  readonly signal: AbortSignal;
}

async function ensureGuard(
  engine: DockerEngine,
  pods: Pods,
  { plan, digest, signal }: Making,
): Promise<{ id: string; reaches: readonly string[] }> {
  const { server } = plan;
  const addresses = server === null ? [] : await addressesOf(server.name);
  const labels = { ...podLabels(plan.pod), [label.guard]: guardOf(plan.of) };
  for (const { id, labels: has, state } of await engine.containers(labels)) {
    const reaches = (has[label.reaches] ?? '').split(',').filter((one) => one !== '');
    const leadsThere = server === null || reaches.some((one) => addresses.includes(one));
    if (state === 'running' && has[label.digest] === digest && leadsThere) return { id, reaches };
  }
  // What uses the network of a former guard has none once that is gone.
  await removeTunnel(engine, plan);
  const targets = addresses.map((address) => ({ address, port: server?.port ?? 0 }));
  const { siblingPorts } = plan;
  const wanted = {
    index: guardOf(plan.of),
    aliases: [],
    ports: plan.inward.size === 0 ? [] : [LENDERS_PORT],
    narrow: { targets, name: server?.name ?? '', siblingPorts, digest },
  };
  const id = await pods.startNarrow(engine, plan.pod.pod, wanted, signal);
  return { id, reaches: addresses };
}

async function ensureClient(
  engine: DockerEngine,
  { plan, place, digest, signal }: Making & { readonly place: TunnelPlace },
): Promise<string> {
  const labels = { ...podLabels(plan.pod), [label.tunnel]: plan.of };
  for (const { id, labels: has, state } of await engine.containers(labels)) {
    if (state !== 'running' || has[label.digest] !== digest) continue;
    if ((await engine.container(id))?.guardId === place.guardId) return id;
  }
  await removeAll(engine, plan, label.tunnel);
  const options = clientOptions(plan.image, plan.client, place, digest);
  return run(engine, tunnelName(plan.pod, 'tunnel', plan.of), options, signal);
}

async function run(
  engine: DockerEngine,
  name: string,
  options: ReturnType<typeof clientOptions>,
  signal: AbortSignal,
): Promise<string> {
  if (signal.aborted) throw new EngineFault('aborted', 'Aborted');
  const id = await engine.createContainer(name, options);
  try {
    await engine.startContainer(id);
    return id;
  } catch (error) {
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
}

async function removeAll(
  engine: DockerEngine,
  { pod, of }: Pick<TunnelPlan, 'pod' | 'of'>,
  kind: string,
  value = of,
): Promise<void> {
  const found = await engine.containers({ ...podLabels(pod), [kind]: value });
  for (const { id } of found) await engine.removeContainer(id);
}

function guardOf(of: string): string {
  return `tunnel-${of}`;
}

function labelsOf({ pod, run: ofRun }: TunnelPlan): Record<string, string> {
  const ofPod = podLabels(pod);
  return ofRun === null ? { ...ofPod } : { ...ofPod, ...runLabels({ host: pod.host, run: ofRun }) };
}

/** Tells whether a running tunnel is the one that is wanted. Addresses are looked at by themselves. */
function digestOf({ image, client, server, siblingPorts, inward }: TunnelPlan): string {
  const whole = [image, client, server, siblingPorts, [...inward.keys()]];
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 32);
}

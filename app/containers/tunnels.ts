import type { DockerEngine } from '../adapters/docker/engine.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Endpoint } from '../jobs/ports.ts';
import type { JobTunnels, TunnelReport, TunnelSpec } from '../jobs/tunnel-port.ts';
import type { Connection } from './connection.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { kindOfPod, podId } from './names.ts';
import type { Pods } from './pods.ts';
import { lendConnections } from './relay-link.ts';
import { seccompFor } from './seccomp.ts';
import { pause } from './timing.ts';
import { doorClient, jobClient } from './tunnel-env.ts';
import {
  addressesOf,
  ensureTunnel,
  LENDERS_PORT,
  type LivingTunnel,
  removeTunnel,
  type TunnelPlan,
} from './tunnel-parts.ts';
import { publicUrl, type TunnelSettings } from './tunnel-settings.ts';
import { TunnelWords } from './tunnel-words.ts';

/** What tunnels are made with. */
export interface TunnelsOptions {
  readonly host: string;
  readonly connection: Connection;
  readonly pods: Pods;
  /** The lock of the room: no clean-up of a run overtakes the making of its tunnel. */
  readonly lock: KeyedLock;
  /** Null where the network has no tunnel, or the owner lets jobs have no Internet. */
  readonly settings: () => TunnelSettings | null;
  /** Fetches the client's image where it is missing; returns its id. */
  readonly image: (reference: string, signal: AbortSignal) => Promise<string>;
  readonly guardImage: (engine: DockerEngine, signal: AbortSignal) => Promise<string>;
  readonly seccompFile: () => string | null;
}

const CLIENT_ENDED = new OffpeakError('containers.tunnel-ended');
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;
/** A client that has lived so long starts with the first pause again. */
const LIVED_MS = 120_000;
/** Between two looks whether the network still names the same server. */
const SETTINGS_MS = 5_000;
/** Its addresses may move; the guard lets the client reach those of its start alone. */
const ADDRESSES_EVERY = 60;
const DOOR = 'door';

/**
 * The tunnels by which the network publishes ports of jobs, and the door of this host: for each a
 * container with the network operator's client, behind a narrow guard of its own (docs/tunnel.md).
 */
export class Tunnels implements JobTunnels {
  readonly #options: TunnelsOptions;

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  get domain(): string | null {
    return this.#options.settings()?.domain ?? null;
  }

  /** The public URL of a name of the network; null where it has no tunnel. */
  urlOf(name: string): string | null {
    const settings = this.#options.settings();
    return settings === null ? null : publicUrl(settings, name);
  }

  /** See JobTunnels. */
  keep(spec: TunnelSpec, report: TunnelReport, signal: AbortSignal): Promise<void> {
    const of = String(spec.index);
    const plan = async (settings: TunnelSettings): Promise<TunnelPlan | null> => {
      const { host, connection, pods } = this.#options;
      const pod = await pods.find(await connection.engine(), spec.run);
      // Out of a closed network leads no way at all.
      if (pod === null || kindOfPod(pod) === 'closed') return null;
      const siblingPorts = spec.ports.map(({ port }) => port);
      const client = jobClient(spec, settings);
      const base = { pod: { host, pod }, run: spec.run, of, siblingPorts };
      return this.#plan(settings, { ...base, client, inward: new Map() }, signal);
    };
    return this.#keep(spec.run, plan, report, signal);
  }

  /** See JobTunnels. */
  end(run: string, index: number): Promise<void> {
    const { host, connection, pods, lock } = this.#options;
    return this.#orThrow(async () => {
      const engine = await connection.engine();
      await lock.run(run, async () => {
        const pod = await pods.find(engine, run);
        if (pod !== null) await removeTunnel(engine, { pod: { host, pod }, of: String(index) });
      });
    });
  }

  /**
   * Publishes the door of a host at `<address>.<domain>` until the signal aborts. Never rejects;
   * `endDoor` takes it away.
   */
  keepDoor(
    address: string,
    door: Endpoint,
    report: TunnelReport,
    signal: AbortSignal,
  ): Promise<void> {
    const pod = doorPod(address);
    const plan = async (settings: TunnelSettings): Promise<TunnelPlan | null> => {
      const { host, connection, pods } = this.#options;
      await pods.hold(await connection.engine(), pod);
      const client = doorClient(address, DOOR_PORT, settings);
      const inward = new Map([[DOOR_PORT, door]]);
      const base = { pod: { host, pod }, run: null, of: DOOR, siblingPorts: [] };
      return this.#plan(settings, { ...base, client, inward }, signal);
    };
    return this.#keep(pod, plan, report, signal);
  }

  /** Takes the tunnel of a door away, with its network. Throws `containers.*`. */
  endDoor(address: string): Promise<void> {
    const pod = doorPod(address);
    const { connection, pods } = this.#options;
    return this.#orThrow(async () => {
      const engine = await connection.engine();
      await this.#options.lock.run(pod, () => pods.drop(engine, pod));
    });
  }

  async #plan(
    settings: TunnelSettings,
    given: Omit<TunnelPlan, 'image' | 'server'>,
    signal: AbortSignal,
  ): Promise<TunnelPlan> {
    const { isOnThisComputer, serverAddress, serverPort } = settings;
    const image = await this.#options.image(settings.image, signal);
    if (!isOnThisComputer) {
      return { ...given, image, server: { name: serverAddress, port: serverPort } };
    }
    const server = { host: serverAddress, port: serverPort };
    return {
      ...given,
      image,
      server: null,
      inward: new Map([...given.inward, [serverPort, server]]),
    };
  }

  async #keep(
    key: string,
    plan: (settings: TunnelSettings) => Promise<TunnelPlan | null>,
    report: TunnelReport,
    signal: AbortSignal,
  ): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const settings = this.#options.settings();
      if (settings === null) {
        // The network may still be on its way.
        await pause(SETTINGS_MS, signal);
        continue;
      }
      const since = performance.now();
      report('starting', null);
      let problem = CLIENT_ENDED;
      try {
        const planned = await plan(settings);
        if (planned === null) return;
        await this.#live(key, planned, report, signal);
      } catch (error) {
        problem = this.#options.connection.toError(error);
      }
      if (isOver(signal)) return;
      if (performance.now() - since > LIVED_MS) pauseMs = FIRST_PAUSE_MS;
      report('down', { problem: problem.toReport(), nextAttemptAt: Date.now() + pauseMs });
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
    }
  }

  /** One life of a tunnel: resolves when its client has ended, or has to be made anew. */
  async #live(
    key: string,
    plan: TunnelPlan,
    report: TunnelReport,
    signal: AbortSignal,
  ): Promise<void> {
    const { connection, pods, lock, guardImage, seccompFile } = this.#options;
    const engine = await connection.engine();
    const facts = await connection.facts();
    const tunnel = await lock.run(key, async () => {
      const image = await guardImage(engine, signal);
      const ways = { ...kernelWays(facts, seccompFile), guardImage: image };
      return ensureTunnel({ engine, pods, ...ways }, plan, signal);
    });
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const lending = lendAll(engine, tunnel, plan, either);
    const ends = [
      this.#untilMoved(tunnel, plan, either),
      // With its guard it has lost its network, and without the relay its way to this computer.
      ...tunnel.supports.map((id) => engine.waitForEnd(id, either).catch(() => undefined)),
    ];
    for (const end of ends) void end.then(() => over.abort());
    const words = new TunnelWords((state) => report(state, null));
    try {
      const onMessage = ({ bytes }: { readonly bytes: Buffer }): void =>
        words.push(bytes.toString('utf8'));
      await engine.followLogs(tunnel.clientId, 0, onMessage, either);
    } catch (error) {
      if (!either.aborted) throw error;
    } finally {
      over.abort();
      await Promise.all([lending, ...ends]);
    }
  }

  /**
   * Resolves once the network names another server, or none of its addresses is one that the guard
   * knows; or on abort.
   */
  async #untilMoved(
    { reaches }: LivingTunnel,
    { server }: TunnelPlan,
    signal: AbortSignal,
  ): Promise<void> {
    const began = JSON.stringify(this.#options.settings());
    for (let look = 1; !signal.aborted; look += 1) {
      await pause(SETTINGS_MS, signal);
      if (JSON.stringify(this.#options.settings()) !== began) return;
      if (server === null || look % ADDRESSES_EVERY !== 0) continue;
      const now = await addressesOf(server.name).catch(() => []);
      if (now.length > 0 && !now.some((address) => reaches.includes(address))) return;
    }
  }

  async #orThrow(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.#options.connection.toError(error);
    }
  }
}

/** Asked anew after each wait, which the compiler does not know of. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Nobody is in this network but the tunnel of the door. */
function doorPod(address: string): string {
  return podId('open', `door-${address}`);
}

/** Where the client of the door finds it, in its own network. */
const DOOR_PORT = 7998;

async function lendAll(
  engine: DockerEngine,
  { guardId, token }: LivingTunnel,
  { inward }: TunnelPlan,
  signal: AbortSignal,
): Promise<void> {
  if (token === null) return;
  const relay = (): Promise<Endpoint | null> => engine.endpoint(guardId, LENDERS_PORT);
  const links = [...inward].map(([port, target]) => ({ relay, token, port, target }));
  await Promise.all(links.map((link) => lendConnections(link, signal)));
}

function kernelWays(facts: EngineFacts, seccompFile: () => string | null) {
  return {
    seccomp: seccompFor(facts, seccompFile),
    namesProcessLimit: facts.isPodman && !facts.rootless,
  };
}

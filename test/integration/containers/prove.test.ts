import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateOptions, VolumeMount } from '../../../app/adapters/docker/create-options.ts';
import { attemptsAt } from '../../../app/containers/prove/attempts.ts';
import { guardOptions, type GuardRequest } from '../../../app/containers/guard-options.ts';
import { promisedOptions } from '../../../app/containers/guarantees.ts';
import { proveIsolation } from '../../../app/containers/prove/prove.ts';
import type { ContainersOptions } from '../../../app/containers/room.ts';
import type { ProofReport } from '../../../app/contract/proof.ts';
import { IMAGE, importBusybox, newId, raw, roomOptions, whyNoEngine } from './engine-kit.ts';

const reason = await whyNoEngine();
const METADATA = '169.254.169.254';
/** A network without a guard. */
const OPEN_NETWORK = newId('offpeak-test-open-');

/** What a mistake of ours would change in the options of a container, by the attempt that tells. */
const WEAKENED: Readonly<Record<string, (home: string) => Change>> = {
  files: (home) => ({ host: { Binds: [`${home}:${home}`] } }),
  computer: () => ({ host: { NetworkMode: OPEN_NETWORK } }),
  router: () => ({ host: { NetworkMode: OPEN_NETWORK } }),
  broadcast: () => ({ host: { NetworkMode: OPEN_NETWORK } }),
  'other-jobs': () => ({ host: { NetworkMode: OPEN_NETWORK } }),
  metadata: () => ({ host: { NetworkMode: OPEN_NETWORK } }),
  engine: () => ({ host: { Binds: ['/var/run/docker.sock:/var/run/docker.sock'] } }),
  rights: () => ({ host: { CapAdd: ['NET_ADMIN'] } }),
  hypervisor: () => ({ host: { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] } }),
  processes: () => ({ host: { PidsLimit: -1 } }),
  memory: () => ({ host: { Memory: 0, MemorySwap: -1 } }),
  disk: () => ({ labels: { 'io.offpeak.disk': String(2 ** 50) } }),
  'shared-cache': () => ({
    mounts: (mounts) => mounts.map(({ Type, Source, Target }) => ({ Type, Source, Target })),
  }),
  card: () => ({
    host: {
      Devices: [
        { PathOnHost: '/dev/null', PathInContainer: '/dev/nvidia0', CgroupPermissions: 'rw' },
      ],
    },
  }),
};

interface Change {
  readonly host?: object;
  readonly labels?: Record<string, string>;
  readonly mounts?: (mounts: readonly VolumeMount[]) => VolumeMount[];
}

describe.skipIf(reason !== null)(
  `a proof of the isolation${reason === null ? '' : ` (${reason})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-proof-'));
    const router = createServer((socket) => socket.end('the router'));
    let routerAddress = '';

    beforeAll(async () => {
      await importBusybox();
      await new Promise<void>((resolve) => router.listen(0, '0.0.0.0', resolve));
      const address = router.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      await raw('POST', '/networks/create', { Name: OPEN_NETWORK });
      routerAddress = `${await gatewayOf(OPEN_NETWORK)}:${port}`;
    });
    afterAll(async () => {
      await raw('DELETE', `/networks/${OPEN_NETWORK}`);
      router.close();
      rmSync(home, { recursive: true });
    });

    function prove(more: Partial<ContainersOptions> = {}, only?: string[]): Promise<ProofReport> {
      return proveIsolation({
        ...roomOptions(),
        ...more,
        home,
        router: [routerAddress],
        signal: AbortSignal.timeout(280_000),
        ...(only === undefined ? {} : { only }),
      });
    }

    it('finds every attempt stopped, says by what, and leaves nothing behind', async () => {
      const before = await inventory();
      const report = await prove();
      expect(report.results.filter(({ outcome }) => outcome !== 'stopped')).toEqual([]);
      expect(report.isolated).toBe(true);
      for (const { stoppedBy, tried } of report.results) {
        expect(stoppedBy).toBeTruthy();
        expect(tried).toBeTruthy();
      }
      expect(await inventory()).toEqual(before);
    });

    it('has a weakened rule for each attempt here', () => {
      const none = { word: '', secretFile: '', computer: [], otherJob: [], router: [] };
      expect(Object.keys(WEAKENED).sort()).toEqual(
        attemptsAt(none, '')
          .map(({ id }) => id)
          .sort(),
      );
    });

    it.for(Object.keys(WEAKENED))(
      'catches it when the rule against "%s" is gone',
      async (id, { skip }) => {
        if (id === 'hypervisor' && !existsSync('/dev/vsock')) skip('no computer beneath this one');
        const change = WEAKENED[id]?.(home) ?? {};
        const undo = id === 'metadata' ? await answerAt(METADATA) : () => undefined;
        try {
          const build: ContainersOptions['build'] = (spec, setting) =>
            weakened(promisedOptions(spec, setting), change);
          const report = await prove({ build }, [id]);
          expect(report.results).toMatchObject([{ id, outcome: 'reached', stoppedBy: null }]);
          expect(report.isolated).toBe(false);
        } finally {
          undo();
        }
      },
    );

    it('catches it when the guard lets everything through', async () => {
      const report = await prove({ buildGuard: openGuard }, ['computer', 'router']);
      expect(report.results.map(({ outcome }) => outcome)).toEqual(['reached', 'reached']);
    });

    it('does not call it isolated when an attempt could not be made', async () => {
      const build: ContainersOptions['build'] = (spec, setting) => {
        const options = promisedOptions(spec, setting);
        return { ...options, Entrypoint: ['/no-such-probe'] };
      };
      const report = await prove({ build }, ['card']);
      expect(report.isolated).toBe(false);
      expect(report.results).toMatchObject([{ outcome: 'untried' }]);
      expect(report.results[0]?.stoppedBy).toContain('no-such-probe');
    });
  },
);

/** The rules of a job with one of them changed. */
function weakened(
  options: CreateOptions,
  { host = {}, labels = {}, mounts = (same) => [...same] }: Change,
): CreateOptions {
  const { HostConfig } = options;
  return {
    ...options,
    Labels: { ...options.Labels, ...labels },
    HostConfig: { ...HostConfig, Mounts: mounts(HostConfig.Mounts), ...host },
  };
}

/** A guard that says what a guard says, and filters nothing. */
function openGuard(request: GuardRequest): CreateOptions {
  const script = 'echo \'{"ready":true}\'; sleep 1000';
  return { ...guardOptions(request), Image: IMAGE, Entrypoint: ['/bin/sh', '-c', script], Cmd: [] };
}

/** The address of this computer in a network. */
async function gatewayOf(network: string): Promise<string> {
  const { text } = await raw('GET', `/networks/${network}`);
  return /"Gateway":"([0-9.]+)"/.exec(text)?.[1] ?? '';
}

/** Lets this computer answer at an address, as a cloud does; returns the undoing. */
async function answerAt(address: string): Promise<() => void> {
  execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
  const server = createServer((socket) => socket.end('secrets'));
  await new Promise<void>((resolve) => server.listen(80, address, resolve));
  return () => {
    server.close();
    execFileSync('ip', ['addr', 'del', `${address}/32`, 'dev', 'lo']);
  };
}

/** Everything of ours in the engine, whoever made it. */
async function inventory(): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['io.offpeak.host'] }));
  const paths = [`/containers/json?all=1&filters=${filters}`, `/networks?filters=${filters}`];
  const answers = await Promise.all(paths.map((path) => raw('GET', path)));
  return answers.flatMap(({ text }) => text.match(/"Id":"[0-9a-f]{64}"/g) ?? []).sort();
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cardFaultIn } from '../../../app/adapters/docker/card-faults.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { importAs, openRoom, patient, raw, whyNoEngine } from './engine-kit.ts';
import { podmanVersion, PrivatePodman, whyNoPodman } from './private-podman.ts';

const ONE = 'GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0';
const OTHER = 'GPU-e78e68c0-4e6a-737e-f9cc-4223fe50aead';
/** Its entry names a library of a driver that was updated since. */
const STALE = 'GPU-6a355609-acfb-7336-55f8-da85ddace403';
/** Its entry names a device node that is gone. */
const REMOVED = 'GPU-336c5a8a-839f-69a8-08cf-e3fdcd01e019';
const LIBRARY = '/usr/lib/libcuda.so.550.54.14';

/** In the form that `nvidia-ctk cdi generate` writes, with /dev/null for cards. */
const CDI = {
  cdiVersion: '0.5.0',
  kind: 'nvidia.com/gpu',
  devices: [
    card(ONE, { deviceNodes: [{ path: '/dev/nvidia0', hostPath: '/dev/null' }] }),
    card(OTHER, { deviceNodes: [{ path: '/dev/nvidia1', hostPath: '/dev/null' }] }),
    card(STALE, {
      mounts: [{ hostPath: LIBRARY, containerPath: LIBRARY, options: ['ro', 'bind'] }],
    }),
    card(REMOVED, { deviceNodes: [{ path: '/dev/nvidia-that-is-gone' }] }),
  ],
  containerEdits: { env: ['NVIDIA_VISIBLE_DEVICES=void'] },
};

const noPodman = (await whyNoEngine()) ?? whyNoPodman();
const version = noPodman === null ? podmanVersion() : '0';
/** docs/decisions/006: the first that hands cards on through Docker's API. */
const forgets = version.localeCompare('5.5', 'en', { numeric: true }) < 0;
const why = noPodman === null ? ` (${version})` : ` (${noPodman})`;

describe.skipIf(noPodman !== null)(`Podman with a list of cards${why}`, () => {
  const podman = new PrivatePodman({ cdi: CDI });
  let image: string;

  beforeAll(async () => {
    await podman.start();
    image = await importAs('offpeak-test/busybox:1', podman.socket);
  });

  afterAll(() => podman.remove());

  /** Podman's own way, which all versions have: what the doctor's texts come from. */
  const start = async (cards: readonly string[]): Promise<{ text: string; out: string }> => {
    const body = {
      image,
      command: ['/bin/sh', '-c', 'echo "$NVIDIA_VISIBLE_DEVICES"; ls /dev | grep nvidia'],
      env: { PATH: '/bin' },
      netns: { nsmode: 'none' },
      // Podman with root rights asks for the kernel's maximum, which a test machine may not give.
      r_limits: ['nofile', 'nproc'].map((type) => ({ type, soft: 1024, hard: 1024 })),
      devices: cards.map((id) => ({ path: `nvidia.com/gpu=${id}` })),
    };
    const created = await ask('POST', '/v4.0.0/libpod/containers/create', body);
    const { Id } = z.object({ Id: z.string() }).parse(JSON.parse(created));
    const text = await ask('POST', `/v1.41/containers/${Id}/start`);
    if (text === '') await ask('POST', `/v1.41/containers/${Id}/wait`);
    const logs = await raw(
      'GET',
      `/v1.41/containers/${Id}/logs?stdout=1`,
      undefined,
      podman.socket,
    );
    return { text, out: linesOf(logs.bytes) };
  };

  const ask = async (method: string, path: string, body?: object): Promise<string> =>
    (await raw(method, path, body, podman.socket)).text.trim();

  it('gives the one that is named, and no other', async () => {
    expect(await start([OTHER])).toEqual({ text: '', out: 'void\nnvidia1' });
    expect(await start([ONE, OTHER])).toEqual({ text: '', out: 'void\nnvidia0\nnvidia1' });
  });

  it.each([
    ['a list that names a file of an older driver', STALE],
    ['a list that names a device that is gone', REMOVED],
    ['a card that is not in the list', 'GPU-00000000-0000-0000-0000-000000000000'],
  ])('%s is known for what it is', async (_, id) => {
    const { text } = await start([id]);
    const { message } = z.object({ message: z.string() }).parse(JSON.parse(text));
    expect(cardFaultIn(message), message).toBe('gpu-cdi-stale');
  });

  it.skipIf(!forgets)('that would forget a request for cards gets none', async () => {
    const room = openRoom({ socket: podman.socket });
    const problem = await problemOf(room.checkCards([ONE], patient()));
    expect(problem.code).toBe('containers.gpu-missing');
    expect(problem.message).toContain(`Podman ${version} forgets`);
  });

  it.skipIf(forgets)('gives them to a container of ours', async () => {
    const room = openRoom({ socket: podman.socket });
    await room.checkCards([ONE], patient());
    await room.checkCards([ONE, OTHER], patient());
    const problem = await problemOf(room.checkCards([STALE], patient()));
    expect(problem.code).toBe('containers.gpu-cdi-stale');
    expect(problem.remedy).toContain('sudo nvidia-ctk cdi generate');
  });

  it.skipIf(!forgets)('really does forget it: why it is not asked', async () => {
    const DeviceRequests = [{ Driver: 'cdi', DeviceIDs: [`nvidia.com/gpu=${ONE}`] }];
    const Ulimits = ['nofile', 'nproc'].map((Name) => ({ Name, Soft: 1024, Hard: 1024 }));
    const HostConfig = { NetworkMode: 'none', DeviceRequests, Ulimits };
    const body = { Image: image, Cmd: ['/bin/ls', '/dev'], HostConfig };
    const created = await ask('POST', '/v1.41/containers/create', body);
    const { Id } = z.object({ Id: z.string() }).parse(JSON.parse(created));
    expect(await ask('POST', `/v1.41/containers/${Id}/start`)).toBe('');
    await ask('POST', `/v1.41/containers/${Id}/wait`);
    const logs = await raw(
      'GET',
      `/v1.41/containers/${Id}/logs?stdout=1`,
      undefined,
      podman.socket,
    );
    expect(linesOf(logs.bytes)).toContain('null');
    expect(linesOf(logs.bytes)).not.toContain('nvidia');
  });
});

function card(name: string, containerEdits: object): object {
  return { name, containerEdits };
}

/** What the frames of a log hold: eight bytes of head before each piece. */
function linesOf(log: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= log.length; at += 8 + log.readUInt32BE(at + 4)) {
    text += log.toString('utf8', at + 8, at + 8 + log.readUInt32BE(at + 4));
  }
  return text.trim();
}

async function problemOf(check: Promise<void>): Promise<OffpeakError> {
  const error: unknown = await check.catch((thrown: unknown) => thrown);
  if (!(error instanceof OffpeakError)) throw new Error(`No problem: ${String(error)}`);
  return error;
}

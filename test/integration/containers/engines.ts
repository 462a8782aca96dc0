import { execFileSync } from 'node:child_process';
import { SYSTEM_SOCKET, whyNoEngine } from './engine-kit.ts';
import { PrivatePodman, whyNoPodman } from './private-podman.ts';

/** An engine for the conformance tests. */
export interface EngineUnderTest {
  readonly socket: string;
  /** Runs a program where the engine's own ports are reached; returns what it printed. */
  beside(program: string, options: readonly string[]): string;
  remove(): Promise<void>;
}

/** A kind of engine, and how to get one; `reason` is null where it can be had here. */
export interface EngineKind {
  readonly name: string;
  readonly reason: string | null;
  /** It tells an end for want of memory from any other kill (Podman does where its monitor can). */
  readonly tellsOutOfMemory: boolean;
  open(): Promise<EngineUnderTest>;
}

/** All kinds of engines that Offpeak runs on. */
export async function engineKinds(): Promise<EngineKind[]> {
  return [
    {
      name: 'Docker',
      reason: await whyNoEngine(),
      tellsOutOfMemory: true,
      open: () => openDocker(),
    },
    {
      name: 'Podman with root rights',
      reason: whyNoPodman(),
      tellsOutOfMemory: false,
      open: () => openPodman(),
    },
  ];
}

function openDocker(): Promise<EngineUnderTest> {
  return Promise.resolve({
    socket: SYSTEM_SOCKET,
    beside: (program, options) => execFileSync(program, options, { encoding: 'utf8', input: '' }),
    remove: () => Promise.resolve(),
  });
}

async function openPodman(): Promise<EngineUnderTest> {
  const podman = new PrivatePodman();
  await podman.start();
  return podman;
}

import { execFile } from 'node:child_process';
import type { HelperWay } from '../../contract/power.ts';
import { findOnPath } from '../../platform/find-on-path.ts';
import type { Machine } from '../../platform/machine.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How a helper is started: the program, its arguments, and by which way it gets its rights. */
export interface HelperCommand {
  readonly way: HelperWay;
  readonly command: readonly [program: string, ...args: string[]];
}

const SUDO_MS = 3_000;

/**
 * The way by which the helper gets the rights to change settings; null where there is none. A rule for sudo comes
 * before a question to the owner, which needs a desktop that can ask it.
 */
export async function wayToRights(
  file: string,
  machine: Pick<Machine, 'os' | 'arch' | 'libc' | 'userId'>,
  env: Env,
): Promise<HelperCommand | null> {
  // The helper is built for these alone.
  if (machine.os !== 'linux' || machine.arch !== 'x64' || machine.libc !== 'glibc') return null;
  if (machine.userId === 0) return { way: 'root', command: [file] };
  const sudo = await findOnPath('sudo', env);
  if (sudo !== null && (await isAllowed(sudo, file, env))) {
    return { way: 'sudo', command: [sudo, '-n', file] };
  }
  const pkexec = await findOnPath('pkexec', env);
  const hasDesktop = env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  return pkexec !== null && hasDesktop ? { way: 'pkexec', command: [pkexec, file] } : null;
}

// Asks sudo whether it would run this without a password; nothing is run.
function isAllowed(sudo: string, file: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: SUDO_MS };
    execFile(sudo, ['-n', '-l', file], options, (error) => resolve(error === null));
  });
}

import { posix, win32 } from 'node:path';
import { type Machine, thisMachine } from './machine.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The folder that holds everything Offpeak writes: OFFPEAK_HOME, else this system's usual place.
 * The folder may not exist yet.
 */
export function offpeakHome(env: Env, machine: Machine = thisMachine()): string {
  const path = machine.os === 'windows' ? win32 : posix;
  if (env.OFFPEAK_HOME) return path.resolve(env.OFFPEAK_HOME);
  const home = machine.homeFolder;
  switch (machine.os) {
    case 'windows':
      return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'Offpeak');
    case 'macos':
      return path.join(home, 'Library', 'Application Support', 'Offpeak');
    case 'linux':
    case 'other': {
      // The XDG base directory specification: a relative value is invalid and must be ignored.
      const data = env.XDG_DATA_HOME;
      const isUsable = data !== undefined && path.isAbsolute(data);
      return path.join(isUsable ? data : path.join(home, '.local', 'share'), 'offpeak');
    }
  }
}

/** The package that holds a real local chain for this computer, or why there is none. */
export type LocalChain =
  { readonly packageName: string } | { readonly packageName: null; readonly reason: string };

/** Names the surfpool package for this system, processor and C library. */
export function localChainPackage(machine: Machine = thisMachine()): LocalChain {
  const { os, arch } = machine;
  if (os === 'linux' && machine.libc === 'musl') {
    return none('The local chain needs glibc; this Linux uses musl.');
  }
  if (os === 'linux' && arch === 'x64') return { packageName: '@solana/surfpool-linux-x64-gnu' };
  if (os === 'macos' && arch === 'x64') return { packageName: '@solana/surfpool-darwin-x64' };
  if (os === 'macos' && arch === 'arm64') return { packageName: '@solana/surfpool-darwin-arm64' };
  if (os === 'windows') return none('The local chain does not exist for Windows.');
  return none(`The local chain does not exist for this system (${os}, ${arch}).`);
}

/** Can this computer run the local chain at all? */
export function hasLocalChain(machine: Machine = thisMachine()): boolean {
  return localChainPackage(machine).packageName !== null;
}

function none(reason: string): LocalChain {
  return { packageName: null, reason };
}

import { existsSync, readFileSync } from 'node:fs';

/** What of a Linux is looked at to tell WSL from a real one. */
export interface LinuxSigns {
  readonly read: (path: string) => string;
  readonly exists: (path: string) => boolean;
}

/**
 * Is this Linux a guest of Windows (WSL 1 or 2)? Microsoft's kernels say so in their release name
 * ("5.15.167.4-microsoft-standard-WSL2"); with a kernel of the owner's own, the way to Windows
 * programs that WSL opens is still there. False where there is no /proc at all.
 */
export function isWsl(signs: LinuxSigns = thisLinux): boolean {
  if (/microsoft|wsl/i.test(signs.read('/proc/sys/kernel/osrelease'))) return true;
  return WAYS_TO_WINDOWS.some((path) => signs.exists(path));
}

// The handler that runs Windows programs, and the folder of WSL's own init.
const WAYS_TO_WINDOWS = ['/proc/sys/fs/binfmt_misc/WSLInterop', '/run/WSL'];

const thisLinux: LinuxSigns = {
  exists: existsSync,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
};

import { spawn } from 'node:child_process';
import { isWindows } from './machine.ts';

/**
 * Ends a process and everything it started, at once and without asking. Outside Windows `pid` must
 * lead its own process group (started with `detached`). A process that is gone already is fine.
 */
export function killTree(pid: number): void {
  if (isWindows()) {
    const killer = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    // Without taskkill there is nothing more to be done, and nothing to tell anyone.
    killer.on('error', () => undefined);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Makes this process end, with everything it started, when the parent that forked it is gone. */
export function endWithParent(): void {
  process.on('disconnect', () => {
    killTree(process.pid);
    // Reached on Windows, while taskkill starts, and when this process leads no group.
    setTimeout(() => process.exit(1), 1000);
  });
}

// ESRCH: no such group any more. EPERM: macOS says so of a group of which only zombies are left.
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ESRCH' || code === 'EPERM';
}

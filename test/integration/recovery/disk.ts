import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobFolder } from '../../../app/jobs/job-folder.ts';
import type { Posted } from './chain-world.ts';
import type { Subject } from './subject.ts';

const BYTES = 64 * 1024;

/** Puts the folder of one run on a disk of its own that is full. */
export function smallDisk(subject: Subject, { run }: Posted): Promise<void> {
  const { path } = jobFolder(subject.home, 'practice', run);
  mkdirSync(path, { recursive: true });
  mountTmpfs(path, BYTES);
  subject.undo(() => unmount(path));
  writeFileSync(join(path, 'filler'), Buffer.alloc(BYTES));
  return Promise.resolve();
}

/** There is room again. */
export function makeRoom(subject: Subject, { run }: Posted): Promise<void> {
  rmSync(join(jobFolder(subject.home, 'practice', run).path, 'filler'));
  return Promise.resolve();
}

/** Mounts a disk in memory; throws where that is not allowed. */
function mountTmpfs(path: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'pipe' });
}

function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
}

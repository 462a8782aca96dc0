import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
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

/** Takes all the room that is left on the disk of a folder; returns the way back. */
export function fill(folder: string): () => void {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const bytes of [64 * 1024, 4096, 1]) writeAll(file, Buffer.alloc(bytes));
  } finally {
    closeSync(file);
  }
  return () => rmSync(filler);
}

function writeAll(file: number, piece: Buffer): void {
  try {
    while (writeSync(file, piece) > 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** Why no small disk can be had here, as the end of a test's name; null when one can. */
export function whyNoSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-disk-'));
  try {
    mountTmpfs(folder, BYTES);
    unmount(folder);
    return null;
  } catch {
    return ' (skipped: mounting a small disk is not allowed here)';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Mounts a disk in memory; throws where that is not allowed. */
export function mountTmpfs(path: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'pipe' });
}

export function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
}

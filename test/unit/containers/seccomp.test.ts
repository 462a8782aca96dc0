import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keepSeccompFile } from '../../../app/containers/seccomp-file.ts';
import {
  isOwnSeccomp,
  SECCOMP_FILE,
  SECCOMP_PROFILE,
  seccompFor,
  STRICT_SECCOMP,
} from '../../../app/containers/seccomp.ts';

const Profile = z.object({
  defaultAction: z.string(),
  syscalls: z.array(
    z.object({
      names: z.array(z.string()),
      action: z.string(),
      args: z.array(z.object({ index: z.number(), value: z.number(), op: z.string() })).optional(),
    }),
  ),
});
const profile = Profile.parse(JSON.parse(STRICT_SECCOMP.slice('seccomp='.length)));
const free = profile.syscalls
  .filter(({ action, args }) => action === 'SCMP_ACT_ALLOW' && args === undefined)
  .flatMap(({ names }) => names);

/** What Docker's manual names as blocked ("Significant syscalls blocked by the default profile"). */
const BLOCKED = `acct add_key bpf clock_adjtime clock_settime create_module delete_module
finit_module get_kernel_syms get_mempolicy init_module ioperm iopl kcmp kexec_file_load kexec_load
keyctl lookup_dcookie mbind mount move_pages nfsservctl open_by_handle_at perf_event_open pivot_root
query_module quotactl reboot request_key set_mempolicy setns settimeofday stime swapon swapoff sysfs
_sysctl umount umount2 unshare uselib userfaultfd ustat vm86 vm86old`.split(/\s+/);

describe('the filter of system calls for old engines', () => {
  it('is for Docker before 23, and for Podman where it can read a file', () => {
    const docker = (version: string) => seccompFor({ isPodman: false, version }, () => '/x/file');
    expect(docker('20.10.24+dfsg1')).toBe(STRICT_SECCOMP);
    expect(docker('22.06.0-beta.0')).toBe(STRICT_SECCOMP);
    expect(docker('23.0.0')).toBeNull();
    expect(docker('29.1.2')).toBeNull();
    const podman = { isPodman: true, version: '5.5.0' };
    expect(seccompFor(podman, () => `/x/${SECCOMP_FILE}`)).toBe(`seccomp=/x/${SECCOMP_FILE}`);
    expect(seccompFor(podman, () => null)).toBeNull();
  });

  it('is kept as a file in the folder of the owner, and mended where somebody changed it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-seccomp-'));
    const home = join(folder, 'new');
    const path = keepSeccompFile(home);
    expect(path).toBe(join(home, SECCOMP_FILE));
    expect(readFileSync(path, 'utf8')).toBe(SECCOMP_PROFILE);
    writeFileSync(path, '{"defaultAction":"SCMP_ACT_ALLOW"}');
    keepSeccompFile(home);
    expect(readFileSync(path, 'utf8')).toBe(SECCOMP_PROFILE);
    expect(isOwnSeccomp(`seccomp=${path}`)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('is told from any other', () => {
    expect(isOwnSeccomp(STRICT_SECCOMP)).toBe(true);
    expect(isOwnSeccomp(`seccomp=/opt/offpeak/assets/guard/${SECCOMP_FILE}`)).toBe(true);
    expect(isOwnSeccomp('seccomp=unconfined')).toBe(false);
    expect(isOwnSeccomp('seccomp={}')).toBe(false);
    expect(isOwnSeccomp('seccomp=/tmp/other.json')).toBe(false);
  });

  it('refuses what it does not name, and names nothing that the engine refuses', () => {
    expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(free.filter((name) => BLOCKED.includes(name))).toEqual([]);
    expect(free).not.toContain('socket');
    expect(free.filter((name) => name.startsWith('io_uring'))).toEqual([]);
    expect(new Set(free).size).toBe(free.length);
  });

  it('allows every socket but the one that leads past the networks', () => {
    const [socket] = profile.syscalls.filter(({ names }) => names.includes('socket'));
    expect(socket?.args).toEqual([{ index: 0, value: 40, op: 'SCMP_CMP_NE' }]);
  });

  it('lets programs have all that a program usually needs', () => {
    for (const name of [
      'read',
      'openat',
      'execve',
      'futex',
      'mmap',
      'epoll_wait',
      'statx',
      'rseq',
    ]) {
      expect(free).toContain(name);
    }
  });
});

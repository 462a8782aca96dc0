/**
 * Docker before 23.0 lets containers open AF_VSOCK sockets, which lead past every network to the
 * computer beneath a virtual machine (moby's release notes, 23.0: "Block AF_VSOCK in default profile").
 * It takes a filter from us, so jobs get a stricter one there, and on Podman, whose own filter is
 * wider than Docker's. Newer Docker keeps its own.
 */

export type SeccompOption = `seccomp=${string}`;

/** Name of the file that an engine reads which takes no filter in its request. */
export const SECCOMP_FILE = 'offpeak-seccomp.json';

/**
 * The filter that an engine needs from us; null where its own is enough. `file` gives the path under
 * which the engine can read it, null where it can read none, as in a virtual machine.
 */
export function seccompFor(
  engine: { isPodman: boolean; version: string },
  file: () => string | null,
): SeccompOption | null {
  // Podman lets containers make user namespaces, and reads filters from files alone.
  if (engine.isPodman) {
    const path = file();
    return path === null ? null : `seccomp=${path}`;
  }
  return Number.parseInt(engine.version, 10) < 23 ? STRICT_SECCOMP : null;
}

/** True for options that are one of ours. */
export function isOwnSeccomp(option: string): boolean {
  return option === STRICT_SECCOMP || /^seccomp=\/[^:]*\/offpeak-seccomp\.json$/.test(option);
}

function profile(): object {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    // 32-bit calls are left out: their one call for all sockets (socketcall) cannot be filtered.
    archMap: ['X86_64', 'AARCH64'].map((name) => ({
      architecture: `SCMP_ARCH_${name}`,
      subArchitectures: [],
    })),
    syscalls: [
      { names: callNames(), action: 'SCMP_ACT_ALLOW' },
      only('socket', { index: 0, value: AF_VSOCK, op: 'SCMP_CMP_NE' }),
      // No new namespaces, in which a program would have all rights.
      only('clone', { index: 0, value: NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }),
      // Its flags lie in memory, out of the filter's sight; programs fall back to clone.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
      ...PERSONALITIES.map((value) => only('personality', { index: 0, value, op: 'SCMP_CMP_EQ' })),
    ],
  };
}

function only(name: string, args: object): object {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args: [args] };
}

const AF_VSOCK = 40;
/** CLONE_NEW… for cgroups, UTS, IPC, users, PIDs, network and mounts (linux/sched.h). */
const NAMESPACES = 0x7e02_0000;
const ENOSYS = 38;
/** Linux, without and with 32-bit addresses and randomisation as it is; and the question which. */
const PERSONALITIES = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];

function callNames(): string[] {
  return CALLS.trim().split(/\s+/);
}

/**
 * All calls of Linux 6.1 (asm/unistd_64.h) but those that Docker's manual lists as blocked, those
 * that only rights allow which no job has, and io_uring, whose sockets no filter sees. Calls that a
 * processor or kernel does not have are passed over by the engine.
 */
const CALLS = `
  accept accept4 access adjtimex alarm arch_prctl bind brk capget capset chdir chmod chown
  clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup
  dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd
  eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fanotify_mark
  fchdir fchmod fchmodat fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork
  fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_waitv futimesat get_robust_list
  get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer
  getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
  getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr inotify_add_watch
  inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents
  io_setup io_submit ioctl ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset
  landlock_restrict_self lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr
  lseek lsetxattr lstat madvise membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod
  mknodat mlock mlock2 mlockall mmap mprotect mq_getsetattr mq_notify mq_open mq_timedreceive
  mq_timedsend mq_unlink mremap msgctl msgget msgrcv msgsnd msync munlock munlockall munmap
  name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal
  pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64
  process_mrelease process_vm_readv process_vm_writev pselect6 ptrace pwrite64 pwritev pwritev2
  read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg remap_file_pages removexattr
  rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask
  rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
  sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
  sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg
  sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid
  setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid
  setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4
  socketpair splice stat statfs statx symlink symlinkat sync sync_file_range syncfs sysinfo tee
  tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
  timerfd_create timerfd_gettime timerfd_settime times tkill truncate umask uname unlink unlinkat
  utime utimensat utimes vfork vmsplice wait4 waitid write writev
`;

/** The filter as a document in Docker's format ("Seccomp security profiles"). */
export const SECCOMP_PROFILE = JSON.stringify(profile());

export const STRICT_SECCOMP: SeccompOption = `seccomp=${SECCOMP_PROFILE}`;

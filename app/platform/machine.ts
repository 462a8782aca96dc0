import { closeSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';

/** What the rest of Offpeak needs to know about the operating system it runs on. */
export interface Machine {
  readonly os: 'linux' | 'windows' | 'macos' | 'other';
  /** Node's name for the processor: `x64`, `arm64`, … */
  readonly arch: string;
  /** The C library on Linux; null elsewhere, or where it cannot be told. */
  readonly libc: 'glibc' | 'musl' | null;
  readonly homeFolder: string;
  /** The numeric user, which names rootless sockets; null on Windows. */
  readonly userId: number | null;
}

/** Describes this computer; the one place that asks which operating system this is. */
export function thisMachine(): Machine {
  const os = osOf(process.platform);
  return {
    os,
    arch: process.arch,
    libc: os === 'linux' ? linuxLibc() : null,
    homeFolder: homedir(),
    userId: process.getuid?.() ?? null,
  };
}

/** True on Windows, where processes have no groups and programs have extensions. */
export function isWindows(): boolean {
  return osOf(process.platform) === 'windows';
}

function osOf(platform: string): Machine['os'] {
  switch (platform) {
    case 'linux':
      return 'linux';
    case 'win32':
      return 'windows';
    case 'darwin':
      return 'macos';
    default:
      return 'other';
  }
}

// Where the loader's name stands in this very program, within the first pages of an ELF file.
const ELF_HEAD_BYTES = 4096;

// The loader that this program asks for tells the C library. Node's own diagnostic report knows it
// too, but asks DNS for the name of every open connection on the way, blocking everything else.
function linuxLibc(): Machine['libc'] {
  const head = Buffer.alloc(ELF_HEAD_BYTES);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, head, 0, ELF_HEAD_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (head.includes('/ld-musl-')) return 'musl';
  return head.includes('/ld-linux') ? 'glibc' : null;
}

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAnswer } from '../../../app/adapters/power-helper/answers.ts';
import { helperFile } from '../../../app/adapters/power-helper/helper-file.ts';
import { wayToRights } from '../../../app/adapters/power-helper/ways.ts';

const LINUX = { os: 'linux', arch: 'x64', libc: 'glibc', userId: 1_000 } as const;
const FILE = '/opt/offpeak/offpeak-power';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'offpeak-ways-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that notes its arguments and exits so. */
function program(name: string, exitCode: number): void {
  writeFileSync(
    join(folder, name),
    `#!/bin/sh\nprintf '%s ' "$@" > ${folder}/${name}.asked\nexit ${exitCode}\n`,
  );
  chmodSync(join(folder, name), 0o755);
}

const env = (more: Record<string, string> = {}) => ({ PATH: folder, ...more });

describe.skipIf(process.platform === 'win32')('how the helper gets its rights', () => {
  it('as root: by itself', async () => {
    expect(await wayToRights(FILE, { ...LINUX, userId: 0 }, env())).toEqual({
      way: 'root',
      command: [FILE],
    });
  });

  it('by sudo where the administrator allows just this, asked without running it', async () => {
    program('sudo', 0);
    program('pkexec', 0);
    expect(await wayToRights(FILE, LINUX, env({ DISPLAY: ':0' }))).toEqual({
      way: 'sudo',
      command: [join(folder, 'sudo'), '-n', FILE],
    });
    expect(readFileSync(join(folder, 'sudo.asked'), 'utf8')).toBe(`-n -l ${FILE} `);
  });

  it('else by a question on the desktop, which is not asked yet', async () => {
    program('sudo', 1);
    program('pkexec', 0);
    const pkexec = { way: 'pkexec', command: [join(folder, 'pkexec'), FILE] };
    expect(await wayToRights(FILE, LINUX, env({ DISPLAY: ':0' }))).toEqual(pkexec);
    expect(await wayToRights(FILE, LINUX, env({ WAYLAND_DISPLAY: 'wayland-0' }))).toEqual(pkexec);
    expect(await wayToRights(FILE, LINUX, env())).toBeNull();
    expect(() => statSync(join(folder, 'pkexec.asked'))).toThrow();
  });

  it('not at all where the helper does not run', async () => {
    const other = { ...LINUX, userId: 0 };
    expect(await wayToRights(FILE, { ...other, os: 'windows' }, env())).toBeNull();
    expect(await wayToRights(FILE, { ...other, arch: 'arm64' }, env())).toBeNull();
    expect(await wayToRights(FILE, { ...other, libc: 'musl' }, env())).toBeNull();
  });
});

describe('where the helper lies', () => {
  it('is beside the archive of a package, which no program can be started from', () => {
    const assets = '/opt/Offpeak/resources/app.asar/assets';
    expect(helperFile({ assets, home: folder, env: {} })).toBe(
      '/opt/Offpeak/resources/app.asar.unpacked/assets/power/offpeak-power',
    );
  });

  it('is a copy at home in an AppImage, whose files root cannot see', () => {
    const assets = join(folder, 'mounted');
    mkdirSync(join(assets, 'power'), { recursive: true });
    const write = (text: string) =>
      writeFileSync(join(assets, 'power', 'offpeak-power'), text, { mode: 0o755 });
    const file = () => helperFile({ assets, home: folder, env: { APPIMAGE: '/x.AppImage' } });
    for (const text of ['one', 'two']) {
      write(text);
      expect(readFileSync(file(), 'utf8')).toBe(text);
    }
    expect(file()).toBe(join(folder, 'power', 'offpeak-power'));
    expect(statSync(file()).mode & 0o111).toBe(0o111);
  });
});

describe('what the helper answers', () => {
  it('is read as what was done', () => {
    expect(readAnswer('ok 450000 300000')).toEqual({ before: 450_000, now: 300_000 });
    expect(readAnswer('ok')).toEqual({ before: 0, now: 0 });
  });

  it.each([
    ['error no-card', 'power.no-card', 'There is no such card.'],
    ['error unsupported 3', 'power.unsupported', /does not let/],
    ['error not-permitted 4', 'power.not-permitted', /did not permit/],
    ['error differs 310000', 'power.differs', /another value/],
    ['error out-of-range 150000 600000', 'power.out-of-range', /150 W to 600 W/],
    ['error out-of-range 30 100', 'power.out-of-range', /30 to 100/],
    ['error no-driver', 'power.helper-failed', /no NVIDIA driver/],
    ['error failed 999', 'power.failed', /NVML 999/],
    ['error bad-request', 'power.failed', /bad-request/],
    ['Segmentation fault', 'power.helper-failed', /did not start/],
  ])('"%s" is %s', (line, code, message) => {
    const thrown = (): unknown => {
      try {
        return readAnswer(line);
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

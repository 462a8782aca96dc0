import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoom, raw } from './engine-kit.ts';
import { whyNoPodman } from './private-podman.ts';

const USER = 'offpeak-test-rootless';
const reason = whyNoPodman() ?? (existsSync('/usr/bin/newuidmap') ? null : 'no newuidmap');

describe.skipIf(reason !== null)(
  `a Podman without root rights${reason === null ? '' : ` (${reason})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-rootless-'));
    const socket = join(folder, 'podman.sock');
    let service: ChildProcess;

    beforeAll(async () => {
      if (!readFileSync('/etc/passwd', 'utf8').includes(`${USER}:`)) {
        execFileSync('useradd', ['--create-home', USER]);
      }
      const user = Number(execFileSync('id', ['-u', USER], { encoding: 'utf8' }));
      chownSync(folder, user, user);
      const options = ['--reuid', USER, '--regid', USER, '--init-groups', 'podman'];
      service = spawn(
        'setpriv',
        [...options, 'system', 'service', '--time=0', `unix://${socket}`],
        {
          stdio: 'ignore',
          cwd: folder,
          env: { ...process.env, HOME: `/home/${USER}`, XDG_RUNTIME_DIR: folder },
        },
      );
      for (let tries = 0; tries < 300; tries += 1) {
        const answer = await raw('GET', '/_ping', undefined, socket).catch(() => null);
        if (answer?.status === 200) return;
        await sleep(100);
      }
      throw new Error('Podman does not start.');
    }, 60_000);
    afterAll(() => {
      service.kill('SIGKILL');
      // It goes on in a child with a user namespace, and leaves another that holds the namespace.
      for (const pid of pidsOf(USER)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      execFileSync('userdel', ['--remove', '--force', USER], { stdio: 'ignore' });
    });

    it('is used where it can hold jobs to limits, and refused with the reason where it only says so', async () => {
      const status = await openRoom({ socket }).checkEngine();
      const { text } = await raw('GET', '/v4.0.0/libpod/info', undefined, socket);
      if (text.includes('"cgroupVersion":"v1"')) {
        expect(status).toMatchObject({
          ok: false,
          problem: { code: 'containers.engine-unsuitable' },
        });
        if (!status.ok) expect(status.problem.remedy).toContain('cgroup v2');
      } else if (status.ok) {
        expect(status).toMatchObject({ rootless: true, remapsUsers: true });
      } else {
        expect(status.problem.code).toBe('containers.engine-unsuitable');
      }
    });
  },
);

/** Processes of a user of this computer. */
function pidsOf(user: string): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '-u', user], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

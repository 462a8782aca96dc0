import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Why no container engine can be used here, or null when one answers. */
export async function engineProblem(): Promise<string | null> {
  try {
    await promisify(execFile)('docker', ['info', '--format', '{{.ServerVersion}}'], {
      timeout: 20_000,
    });
    return null;
  } catch {
    return 'there is no container engine here ("docker info" fails): start one to run this test';
  }
}

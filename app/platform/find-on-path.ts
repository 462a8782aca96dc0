import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isWindows } from './machine.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The full path of a program that PATH in `env` leads to, or null when there is none. */
export async function findOnPath(program: string, env: Env): Promise<string | null> {
  const windows = isWindows();
  const folders = (variable(env, 'PATH') ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = windows ? (variable(env, 'PATHEXT') ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = join(folder, program + ending);
      if (await isProgram(candidate, windows)) return candidate;
    }
  }
  return null;
}

async function isProgram(path: string, windows: boolean): Promise<boolean> {
  try {
    await access(path, windows ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Windows writes "Path" as often as "PATH", and a copy of process.env loses its blindness to case.
function variable(env: Env, name: string): string | undefined {
  const exact = env[name];
  if (exact !== undefined) return exact;
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

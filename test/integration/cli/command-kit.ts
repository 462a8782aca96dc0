import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { offpeak } from '../../fakes/host/real-host.ts';

/** A host in it finds no container engine, so that it starts no job while a test looks at it. */
export const WITHOUT_ENGINE = { DOCKER_HOST: 'tcp://127.0.0.1:1', PATH: '/nowhere' };

/** A folder where nobody ever started Offpeak. */
export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), 'offpeak-cli-'));
}

/** One command in a folder, with `--json`: one document on standard output and nothing else. */
export async function ask<T>(
  home: string,
  args: readonly string[],
  schema: z.ZodType<T>,
): Promise<{ code: number; document: T; stderr: string }> {
  const { code, stdout, stderr } = await offpeak([...args, '--json'], { OFFPEAK_HOME: home });
  expect(stdout, args.join(' ')).toMatch(/^\{[^\n]*\}\n$/);
  return { code, document: schema.parse(JSON.parse(stdout)), stderr };
}

const Refused = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), remedy: z.string().min(1) }),
});

/** A command that must fail: what it gives as the reason, in both forms. */
export async function refused(
  home: string,
  args: readonly string[],
): Promise<z.infer<typeof Refused>['error'] & { exit: number }> {
  const { code, document, stderr } = await ask(home, args, Refused);
  const { message, remedy } = document.error;
  expect(stderr).toBe(`offpeak: ${message}\n${remedy}\n`);
  return { exit: code, ...document.error };
}

/** What a command prints for people. */
export async function say(
  home: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  return await offpeak(args, { OFFPEAK_HOME: home });
}

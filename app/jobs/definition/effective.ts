import type { ExposedPort } from './expose.ts';
import type { ResolvedRunArgs } from './operation.ts';
import { splitAliases } from './policy.ts';
import type { Resource } from './resources.ts';
import type { Global } from './schema.ts';

/** What a container is really started with; null leaves the image's own choice. */
export interface EffectiveArgs {
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly workDir: string | null;
  readonly gpu: boolean;
  readonly volumes: readonly { readonly name: string; readonly dest: string }[];
  readonly aliases: readonly string[];
  readonly ports: readonly ExposedPort[];
  /** Addresses are told to the poster alone. */
  readonly isPrivate: boolean;
  readonly restartPolicy: NonNullable<ResolvedRunArgs['restart_policy']>;
  readonly resources: readonly Resource[];
  readonly authentication: NonNullable<ResolvedRunArgs['authentication']>['docker'] | null;
}

/**
 * An operation's resolved arguments with the job's `global` behind them. Environment: global, then
 * the operation's, then NOSANA_ID, the last one winning. Empty text counts as not given, except in
 * a command. Pure.
 */
export function effectiveArgs(
  args: ResolvedRunArgs,
  global: Global | undefined,
  jobId: string,
): EffectiveArgs {
  return {
    image: firstGiven(args.image, global?.image) ?? '',
    command: shellCommand(args.cmd),
    entrypoint: program(args.entrypoint, global?.entrypoint),
    env: { ...global?.env, ...args.env, NOSANA_ID: jobId },
    workDir: firstGiven(args.work_dir, global?.work_dir),
    gpu: args.gpu === true || global?.gpu === true,
    volumes: args.volumes ?? [],
    aliases: aliasesOf(args.aliases),
    ports: portsOf(args.expose),
    isPrivate: args.private ?? false,
    restartPolicy: args.restart_policy ?? 'no',
    resources: args.resources ?? [],
    authentication: args.authentication?.docker ?? null,
  };
}

function firstGiven(own: string | undefined, fallback: string | undefined): string | null {
  if (own !== undefined && own !== '') return own;
  return fallback !== undefined && fallback !== '' ? fallback : null;
}

/** One text is a line for the shell, as on the network's own host. */
function shellCommand(command: ResolvedRunArgs['cmd']): readonly string[] | null {
  if (typeof command === 'string') return ['/bin/sh', '-c', command];
  return command ?? null;
}

/** One text is the program's name, never split (the engine takes it so). */
function program(
  own: ResolvedRunArgs['entrypoint'],
  fallback: Global['entrypoint'],
): readonly string[] | null {
  const chosen = own === undefined || own === '' ? (fallback ?? own) : own;
  if (typeof chosen === 'string') return chosen === '' ? null : [chosen];
  return chosen ?? null;
}

function aliasesOf(aliases: ResolvedRunArgs['aliases']): readonly string[] {
  return typeof aliases === 'string' ? splitAliases(aliases) : (aliases ?? []);
}

function portsOf(expose: ResolvedRunArgs['expose']): readonly ExposedPort[] {
  if (expose === undefined) return [];
  const entries = Array.isArray(expose) ? expose : [expose];
  return entries.map((entry) => (typeof entry === 'number' ? { port: entry } : entry));
}

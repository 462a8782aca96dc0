import { MAX_ALIAS_CHARACTERS, MAX_VOLUME_NAME_CHARACTERS } from './limits.ts';
import { hasLiteral } from './literals.ts';
import type { Operation, ResolvedRunArgs, RunArgs, VolumeArgs } from './operation.ts';
import { type DefinitionError, type PathPart, formatPath } from './paths.ts';
import type { Global, JobDefinition } from './schema.ts';

/**
 * What values of the right shape must mean, so that the engine gets nothing it would take for
 * something else: a volume's name must not be a path of this computer, a variable's name must not
 * hold a value. Texts with literals are left for `runArgsErrors` after they are filled in. Pure.
 */
export function policyErrors({ global, ops }: JobDefinition): DefinitionError[] {
  return [
    ...globalErrors(global),
    ...ops.flatMap((operation, index) => operationErrors(operation, index, global)),
  ];
}

/** The same for one container's arguments with all literals filled in; `at` is where they stand. */
export function runArgsErrors(args: ResolvedRunArgs, at: readonly PathPart[]): DefinitionError[] {
  return judge(runChecks(args, at));
}

/** The same for a volume's arguments with all literals filled in. */
export function volumeArgsErrors(args: VolumeArgs, at: readonly PathPart[]): DefinitionError[] {
  return judge(volumeChecks(args, at));
}

interface Rule {
  readonly holds: (text: string) => boolean;
  readonly message: string;
}

interface Check {
  readonly path: readonly PathPart[];
  readonly text: string;
  readonly rule: Rule;
}

const volumeName: Rule = {
  holds: (text) => text.length <= MAX_VOLUME_NAME_CHARACTERS && /^[\w.-]+$/.test(text),
  message: `must be 1 to ${MAX_VOLUME_NAME_CHARACTERS} letters, digits, "_", "." or "-"`,
};

/** A colon would separate fields in the engine's short notation of mounts. */
const mountPoint: Rule = {
  holds: (text) => /^\/+[^/:][^:]*$/.test(text),
  message:
    'must be a path inside the container: it starts with "/", is not "/" alone and has no ":"',
};

const folder: Rule = {
  holds: (text) => text === '' || text.startsWith('/'),
  message: 'must be a path that starts with "/"',
};

const variableName: Rule = {
  holds: (text) => text !== '' && !text.includes('='),
  message: 'its name must not be empty and must not hold "="',
};

const alias: Rule = {
  holds: (text) => text.length <= MAX_ALIAS_CHARACTERS && /^[A-Za-z0-9][\w.-]*$/.test(text),
  message: `must be at most ${MAX_ALIAS_CHARACTERS} letters, digits, "_", "." or "-"`,
};

function globalErrors(global: Global | undefined): DefinitionError[] {
  // Literals are filled in for arguments alone, so here they are text like any other.
  return judge([
    ...optional(['global', 'work_dir'], global?.work_dir, folder),
    ...envChecks(['global', 'env'], global?.env),
  ]);
}

function operationErrors(
  operation: Operation,
  index: number,
  global: Global | undefined,
): DefinitionError[] {
  const at = ['ops', index, 'args'];
  if (operation.type === 'container/create-volume') {
    return judge(volumeChecks(operation.args, at).filter(isSettled));
  }
  const errors = judge(runChecks(operation.args, at).filter(isSettled));
  if (operation.args.image !== '' || (global?.image ?? '') !== '') return errors;
  return [{ path: formatPath([...at, 'image']), message: 'must not be empty' }, ...errors];
}

function isSettled({ text }: Check): boolean {
  return !hasLiteral(text);
}

function judge(checks: readonly Check[]): DefinitionError[] {
  return checks
    .filter(({ rule, text }) => !rule.holds(text))
    .map(({ path, rule }) => ({ path: formatPath(path), message: rule.message }));
}

function volumeChecks({ name }: VolumeArgs, at: readonly PathPart[]): Check[] {
  return [{ path: [...at, 'name'], text: name, rule: volumeName }];
}

function runChecks(args: RunArgs, at: readonly PathPart[]): Check[] {
  const { aliases = [], resources = [], volumes = [] } = args;
  const aliasList = typeof aliases === 'string' ? splitAliases(aliases) : aliases;
  return [
    ...optional([...at, 'work_dir'], args.work_dir, folder),
    ...envChecks([...at, 'env'], args.env),
    ...aliasList.map((text, index) => ({ path: [...at, 'aliases', index], text, rule: alias })),
    ...volumes.flatMap(({ name, dest }, index) => [
      { path: [...at, 'volumes', index, 'name'], text: name, rule: volumeName },
      { path: [...at, 'volumes', index, 'dest'], text: dest, rule: mountPoint },
    ]),
    ...resources.flatMap((resource, index) =>
      typeof resource === 'object' && 'target' in resource
        ? optional([...at, 'resources', index, 'target'], resource.target, mountPoint)
        : [],
    ),
  ];
}

/** Network names written as one text, parted by commas. */
export function splitAliases(aliases: string): string[] {
  return aliases === '' ? [] : aliases.split(',').map((name) => name.trim());
}

function optional(path: readonly PathPart[], text: string | undefined, rule: Rule): Check[] {
  return text === undefined ? [] : [{ path, text, rule }];
}

function envChecks(
  at: readonly PathPart[],
  env: Readonly<Record<string, string>> | undefined,
): Check[] {
  return Object.keys(env ?? {}).map((text) => ({ path: [...at, text], text, rule: variableName }));
}

import { join } from 'node:path';
import { OffpeakError } from '../../app/contract/errors.ts';
import { databaseFile } from '../../app/storage/database.ts';
import { offpeakHome } from '../../app/platform/platform.ts';

/** Every flag of every command, for `parseArgs`. */
export const flags = {
  json: { type: 'boolean', default: false },
  headless: { type: 'boolean', default: false },
  port: { type: 'string' },
  limit: { type: 'string' },
  csv: { type: 'boolean', default: false },
  label: { type: 'string' },
  acknowledge: { type: 'boolean', default: false },
  rpc: { type: 'string', multiple: true },
  gateway: { type: 'string', multiple: true },
  'pin-url': { type: 'string' },
  'pin-token-file': { type: 'string' },
  'max-fee': { type: 'string' },
  reserve: { type: 'string' },
  email: { type: 'string' },
  'measure-network': { type: 'boolean', default: false },
  card: { type: 'string' },
  backend: { type: 'string' },
  quick: { type: 'boolean', default: false },
  health: { type: 'boolean', default: false },
  soak: { type: 'boolean', default: false },
  resume: { type: 'boolean', default: false },
  history: { type: 'boolean', default: false },
  metric: { type: 'string', multiple: true },
  processes: { type: 'boolean', default: false },
  sweep: { type: 'boolean', default: false },
  tariff: { type: 'string' },
  income: { type: 'string' },
  cap: { type: 'string' },
  clocks: { type: 'string' },
  fan: { type: 'string' },
  keep: { type: 'boolean', default: false },
  'most-fan': { type: 'string' },
  'most-celsius': { type: 'string' },
} as const;

/** What a command gets. */
export interface CliContext {
  readonly values: {
    readonly json?: boolean;
    readonly headless?: boolean;
    readonly port?: string;
    readonly limit?: string;
    readonly csv?: boolean;
    readonly label?: string;
    readonly acknowledge?: boolean;
    readonly rpc?: string[];
    readonly gateway?: string[];
    readonly 'pin-url'?: string;
    readonly 'pin-token-file'?: string;
    readonly 'max-fee'?: string;
    readonly reserve?: string;
    readonly email?: string;
    readonly 'measure-network'?: boolean;
    readonly card?: string;
    readonly backend?: string;
    readonly quick?: boolean;
    readonly health?: boolean;
    readonly soak?: boolean;
    readonly resume?: boolean;
    readonly history?: boolean;
    readonly metric?: string[];
    readonly processes?: boolean;
    readonly sweep?: boolean;
    readonly tariff?: string;
    readonly income?: string;
    readonly cap?: string;
    readonly clocks?: string;
    readonly fan?: string;
    readonly keep?: boolean;
    readonly 'most-fan'?: string;
    readonly 'most-celsius'?: string;
  };
  readonly positionals: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What a command prints: one of the two forms, on standard output. */
export interface CliResult {
  readonly exitCode: number;
  /** Undefined when the document is out already. */
  readonly json: unknown;
  readonly text: string;
}

/** The folder of all files, the database in it, and where a running host says how to reach it. */
export function paths(env: NodeJS.ProcessEnv): { home: string; db: string; address: string } {
  const home = offpeakHome(env);
  return { home, db: databaseFile(home), address: join(home, 'host.json') };
}

/** The one FILE argument. Throws `host.bad-usage` when it is missing or not alone. */
export function fileArgument(context: CliContext, command: string): string {
  const [file, ...more] = context.positionals;
  if (file !== undefined && more.length === 0) return file;
  throw new OffpeakError('host.bad-usage', {
    message: `"${command}" takes exactly one FILE.`,
    remedy: `Call it as: offpeak ${command} FILE`,
  });
}

/** A whole number given by a flag, within bounds. Throws `host.bad-usage` naming the flag. */
export function numberFlag(
  text: string | undefined,
  flag: string,
  bounds: { min: number; max: number; otherwise: number },
): number {
  if (text === undefined) return bounds.otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  throw new OffpeakError('host.bad-usage', {
    message: `--${flag} takes a whole number from ${bounds.min} to ${bounds.max}, not "${text}".`,
  });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Resource = z.object({
  type: z.enum(['S3', 'HF', 'Ollama']),
  url: z.string().optional(),
  repo: z.string().optional(),
  model: z.string().optional(),
  files: z.array(z.string()).optional(),
  target: z.string().optional(),
  allowWrite: z.boolean().optional(),
});
export type Resource = z.infer<typeof Resource>;

const Port = z.union([
  z.number(),
  z.object({ port: z.number(), health_checks: z.array(z.unknown()).optional() }),
]);

/** What these tests need of a definition, read on their own: not by the code under test. */
const Definition = z.object({
  ops: z.array(
    z.object({
      id: z.string(),
      args: z.object({
        gpu: z.boolean().optional(),
        expose: z.union([Port, z.array(Port)]).optional(),
        resources: z.array(Resource).optional(),
      }),
      execution: z.object({ group: z.string().optional() }).optional(),
    }),
  ),
});

export interface Operation {
  readonly id: string;
  readonly group: string;
  readonly gpu: boolean;
  readonly ports: readonly { readonly port: number; readonly isChecked: boolean }[];
  readonly resources: readonly Resource[];
}

/** A public job definition, as it lies on the disk. */
export interface Shared {
  readonly name: string;
  readonly path: string;
  readonly operations: readonly Operation[];
}

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLES = join(ROOT, 'test/corpora/job-definitions');
/** The network's templates have no licence to be copied: see test/corpora. */
const OUTSIDE = join(ROOT, process.env['OFFPEAK_CORPUS'] ?? '../shared', 'job-definitions');

/** Why only some of the definitions are here; null where all are. */
export const whyNoTemplates: string | null = existsSync(OUTSIDE)
  ? null
  : `there is no folder ${OUTSIDE}`;

/** All definitions that are here, each once. */
export function sharedDefinitions(): readonly Shared[] {
  const folders = whyNoTemplates === null ? [EXAMPLES, OUTSIDE] : [EXAMPLES];
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, join(folder, name)] as const),
  );
  return [...new Map(paths)].map(([name, path]) => readShared(name, path));
}

/** Reads one file. */
function readShared(name: string, path: string): Shared {
  const text = readFileSync(path, 'utf8');
  const variables = /"variables": ?(\{[^{}]*\})/.exec(text)?.[1] ?? '{}';
  const values = z.record(z.string(), z.string()).parse(JSON.parse(variables));
  const filled = text.replace(
    /%%global\.variables\.(\w+)%%/g,
    (_, key: string) => values[key] ?? '',
  );
  const { ops } = Definition.parse(JSON.parse(filled));
  return {
    name,
    path,
    operations: ops.map(({ id, args, execution }) => ({
      id,
      group: execution?.group ?? id,
      gpu: args.gpu === true,
      ports: portsOf(args.expose),
      resources: args.resources ?? [],
    })),
  };
}

function portsOf(
  expose: z.infer<typeof Port> | z.infer<typeof Port>[] | undefined,
): Operation['ports'] {
  const entries = expose === undefined ? [] : Array.isArray(expose) ? expose : [expose];
  return entries.map((entry) => {
    if (typeof entry === 'number') return { port: entry, isChecked: false };
    return { port: entry.port, isChecked: (entry.health_checks ?? []).length > 0 };
  });
}

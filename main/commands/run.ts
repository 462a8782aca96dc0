import { runLocally } from '../../app/jobs/local-run.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { lentCards } from '../../app/rooms.ts';
import { type CliContext, type CliResult, fileArgument, paths } from './context.ts';
import { openOwnContainers, openOwnResources } from './own-containers.ts';
import { readDefinition } from './validate.ts';

/**
 * `offpeak run FILE`: runs a definition on this computer's engine, without any network, under the
 * same isolation as a network job, and prints its result document.
 */
export async function run(context: CliContext): Promise<CliResult> {
  const definition = await readDefinition(fileArgument(context, 'run'));
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  process.once('SIGTERM', () => stopped.abort());
  const engine = openOwnContainers(context);
  const { resources, close } = openOwnResources(engine);
  const result = await runLocally(definition, {
    engine,
    resources,
    home: paths(context.env).home,
    cards: lentCards((await readCards()).cards),
    onLine: ({ text }) => tell(text),
    onEndpoints: (operation, endpoints) => {
      for (const { port, url, status } of endpoints) {
        if (url !== null) tell(`${operation}: port ${port} is at ${url} (${status})`);
      }
    },
    onTrouble: (_topic, problem) => {
      if (problem) tell(`${problem.message} ${problem.remedy}`);
    },
    signal: stopped.signal,
  }).finally(close);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  return { exitCode: result.status === 'success' ? 0 : 1, json: result, text };
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

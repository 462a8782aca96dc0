import { runLocally } from '../../app/jobs/local-run.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { lentCards } from '../../app/rooms.ts';
import { type CliContext, type CliResult, fileArgument, paths } from './context.ts';
import { openOwnContainers } from './own-containers.ts';
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
  const result = await runLocally(definition, {
    engine: openOwnContainers(context),
    home: paths(context.env).home,
    cards: lentCards((await readCards()).cards),
    onLine: (line) => process.stderr.write(`${line.text}\n`),
    onTrouble: (_topic, problem) => {
      if (problem) process.stderr.write(`${problem.message} ${problem.remedy}\n`);
    },
    signal: stopped.signal,
  });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  return { exitCode: result.status === 'success' ? 0 : 1, json: result, text };
}

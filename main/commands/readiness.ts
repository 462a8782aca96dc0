import type { Readiness, Requirement } from '../../app/contract/readiness.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { hostReadiness } from './host-readiness.ts';
import { ownReadiness } from './own-readiness.ts';

/** `offpeak readiness`: may this computer lend on the real network? Exit 0 only when it is ready. */
export async function readiness({ values, env }: CliContext): Promise<CliResult> {
  const measure = values['measure-network'] ?? false;
  const host = await connectToHost(paths(env).address);
  const seen = host ? await hostReadiness(host, measure) : await ownReadiness({ env }, measure);
  return { exitCode: seen.verdict === 'ready' ? 0 : 1, json: seen, text: describe(seen) };
}

function describe({ requirements, cards, headline, speed }: Readiness): string {
  const problem = speed.problem ? `${speed.problem.message}\n${speed.problem.remedy}\n` : '';
  return [
    table(requirements),
    ...cards.map((card) => `\n${card.name}: ${card.headline}\n${table(card.requirements)}`),
    `\n${problem}${headline}\n`,
  ].join('');
}

function table(requirements: readonly Requirement[]): string {
  const head = ['Requirement', 'Asked', 'Measured', 'Verdict', 'Remedy'];
  const rows = requirements.map((one) => [
    one.name,
    one.asked,
    one.measured ?? 'not measured',
    one.required ? one.verdict : `${one.verdict} (advice)`,
    one.remedy ?? '',
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

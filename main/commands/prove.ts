import { mkdir } from 'node:fs/promises';
import type { ProofResult } from '../../app/contract/proof.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { proveOwn } from './own-containers.ts';

/**
 * `offpeak prove`: tries to break out of a container that is started as a job's is; exit 0 only
 * when every attempt was made and stopped.
 */
export async function prove(context: CliContext): Promise<CliResult> {
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  process.once('SIGTERM', () => stopped.abort());
  await mkdir(paths(context.env).home, { recursive: true, mode: 0o700 });
  const onResult = ({ question }: ProofResult) => process.stderr.write(`${question}\n`);
  const report = await proveOwn(context, onResult, stopped.signal);
  const verdict = report.isolated
    ? `Isolated: every attempt was stopped (${report.engine}).\n`
    : `NOT ISOLATED: something was not stopped (${report.engine}).\n`;
  return {
    exitCode: report.isolated ? 0 : 1,
    json: report,
    text: [...report.results.map(describe), verdict].join(''),
  };
}

function describe({ question, outcome, tried, stoppedBy }: ProofResult): string {
  switch (outcome) {
    case 'stopped':
      return `ok  ${question} No. Tried: ${tried}. Stopped by ${stoppedBy ?? 'nothing'}.\n`;
    case 'reached':
      return `!!  ${question} YES. ${tried}\n`;
    case 'untried':
      return `??  ${question} Not known: ${stoppedBy ?? ''}\n`;
  }
}

import { readFile, stat } from 'node:fs/promises';
import { OffpeakError } from '../../app/contract/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../../app/jobs/definition/limits.ts';
import { parseDefinition } from '../../app/jobs/definition/parse.ts';
import { toValidateReport } from '../../app/jobs/definition/report.ts';
import { type CliContext, type CliResult, fileArgument } from './context.ts';

/** `offpeak validate FILE`: exit 0 when valid, 1 when not, 2 when it cannot be read. */
export async function validate(context: CliContext): Promise<CliResult> {
  const report = toValidateReport(
    parseDefinition(await readDefinition(fileArgument(context, 'validate'))),
  );
  const text = report.valid
    ? `Valid. ${(report.plan?.groups ?? []).map((g) => `${g.name}: ${g.operations.join(', ')}`).join('; ')}\n`
    : report.errors.map((error) => `${error.path || 'document'}: ${error.message}\n`).join('');
  return { exitCode: report.valid ? 0 : 1, json: report, text };
}

/** The file's bytes, cut just above the limit: a huge file need not be read to be refused. */
export async function readDefinition(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > MAX_DOCUMENT_BYTES) return new Uint8Array(MAX_DOCUMENT_BYTES + 1);
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OffpeakError('host.bad-usage', {
      message: `${file} cannot be read: ${why}.`,
      remedy: 'Give the path of a job definition that exists and that you may read.',
      cause: error,
    });
  }
}

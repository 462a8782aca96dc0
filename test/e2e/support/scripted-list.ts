import type { CommandInput, CommandOutput } from '../../../app/contract/commands.ts';
import type { JobSummary } from '../../../app/contract/job.ts';

/** Answers `jobs.list` from an array that stands newest first; the cursor is a run's address. */
export function listJobs(
  jobs: readonly JobSummary[],
  input: CommandInput<'jobs.list'>,
): CommandOutput<'jobs.list'> {
  const matching = jobs.filter((job) => matches(job, input));
  const start = matching.findIndex((job) => job.run === input.before) + 1;
  const page = matching.slice(start, start + input.limit);
  const more = start + page.length < matching.length;
  return { jobs: page, next: more ? (page.at(-1)?.run ?? null) : null, total: matching.length };
}

function matches(job: JobSummary, { outcome, search }: CommandInput<'jobs.list'>): boolean {
  if (outcome === 'open' && job.outcome !== null) return false;
  if (outcome !== undefined && outcome !== 'open' && job.outcome !== outcome) return false;
  const words = (search ?? '').toLowerCase();
  return [job.title, job.image ?? '', job.run, job.id].some((text) =>
    text.toLowerCase().includes(words),
  );
}

import type { Scene } from './scene.ts';
import { withJobs } from './scenes-history.ts';
import { aJob, detailOf } from './scripted-jobs.ts';
import { anOperation, aPassport, aReceipt } from './scripted-parts.ts';

/** One job of each kind of end; `runOf` in tests finds them by outcome. */
export function ends(): Scene {
  const refused = aJob(1, {
    outcome: 'refused',
    status: null,
    grossBaseUnits: null,
    transaction: null,
  });
  const failed = aJob(2, { status: 'failed' });
  const ended = aJob(3, { outcome: 'ended-by-client', status: 'stopped', transaction: null });
  const scene = withJobs([
    refused,
    failed,
    ended,
    aJob(4),
    aJob(5, { outcome: 'handed-back', status: 'stopped' }),
  ]);
  scene.details.set(
    refused.run,
    detailOf(refused, {
      operations: [],
      passport: aPassport({
        refusals: [
          'Operation "serve" opens port 8080 to the internet, which Offpeak does not do yet.',
          'The job needs a graphics card, and none is lent to jobs now.',
        ],
      }),
    }),
  );
  scene.details.set(
    failed.run,
    detailOf(failed, {
      operations: [
        anOperation({ id: 'fetch' }),
        anOperation({ id: 'train', exitCode: 137, problem: 'It was killed (exit code 137).' }),
        anOperation({
          id: 'upload',
          state: 'skipped',
          exitCode: null,
          startedAt: null,
          endedAt: null,
          problem: 'An operation before it failed.',
        }),
      ],
      receipt: aReceipt({ powerWattHours: 41.26 }),
    }),
  );
  scene.log.print(['step 1 of 3', 'step 2 of 3']);
  scene.log.print(['Killed'], 'stderr');
  return scene;
}

/** A job that tries to leave its log: markup, terminal codes, turned text, progress bars. */
export function hostileJob(): Scene {
  const scene = ends();
  scene.log.print([
    '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
    '\u001b[31mred\u001b[0m and \u001b]8;;https://evil.example\u0007a link\u001b]8;;\u0007',
    '\u001b[2J\u001b[Hnothing is cleared',
    'paid to \u202etsoh eht\u202c, it says',
    ' 10%\r 50%\r100% done',
    '\u0000\u0007\u009b1mcontrols\u007f',
  ]);
  return scene;
}

import type { JobSummary } from '../../../app/contract/job.ts';
import { aDay, aScene, earningsOf, inPhase, type Scene } from './scene.ts';
import { openJob, working } from './scenes.ts';
import { aCard, cardsState } from './scripted-cards.ts';
import { aJob, anOperation, aPassport, aReceipt, currentJobOf, detailOf } from './scripted-jobs.ts';

/** The owner took the card back in the middle of a job. */
export function yielded(): Scene {
  const scene = withJobs([
    aJob(1, { outcome: 'handed-back', status: 'stopped' }),
    aJob(2),
    aJob(3),
  ]);
  scene.state.host = inPhase('yielded', {
    code: 'taken-back',
    text: 'The card is yours.',
    next: 'Lend it again when you are done.',
  });
  scene.state.availability = { lending: false, since: Date.now() };
  scene.state.cards = cardsState(
    aCard({ utilizationPercent: 3, temperatureC: 41, powerWatts: 24 }),
  );
  scene.state.queue = null;
  return scene;
}

/** The network is away and only the owner can help. */
export function needsYou(): Scene {
  const problem = {
    code: 'network.not-mainnet',
    message: 'This RPC address is not Solana mainnet.',
    remedy: 'Set the RPC address of a mainnet server in Settings, Network. Nothing was signed.',
  };
  const scene = withJobs([aJob(1)]);
  scene.state.host = inPhase('needs-you', {
    code: problem.code,
    text: problem.message,
    next: problem.remedy,
  });
  scene.state.network = {
    id: 'mainnet',
    label: 'Nosana mainnet',
    practice: false,
    connected: false,
    problem,
  };
  scene.state.queue = null;
  scene.state.doctor.checks = scene.state.doctor.checks.map((check) =>
    check.name === 'network'
      ? { name: 'network', ok: false, message: problem.message, remedy: problem.remedy }
      : check,
  );
  return scene;
}

const outcomes = [
  'paid',
  'paid',
  'paid',
  'handed-back',
  'ended-by-client',
  'refused',
  'lost',
] as const;
const titles = [
  'Llama 3.1 8B by vllm/vllm-openai',
  'comfyui-flux by nosana/comfyui-flux',
  'whisper-large-v3 by nosana/whisper',
  'A story about the sea by offpeak/practice-llm',
];

/** So many jobs, one every 37 minutes, with every outcome among them. */
export function manyJobs(count: number): Scene {
  return withJobs(
    Array.from({ length: count }, (_, index) => {
      const outcome = outcomes[index % outcomes.length] ?? 'paid';
      const unpaid = outcome === 'refused' || outcome === 'lost';
      return aJob(index + 1, {
        title: `${titles[index % titles.length] ?? ''} #${count - index}`,
        outcome,
        status: unpaid ? null : 'success',
        grossBaseUnits: unpaid ? null : String(100_000 + index * 37),
      });
    }),
  );
}

/** Titles, images and names as long as they come. */
export function longNames(): Scene {
  const title =
    'An extraordinarily long title that somebody gave a job, with-a-word-that-never-ends-at-all';
  const image = `registry.example.com:5000/${'deeply/nested/'.repeat(6)}image@sha256:${'0123456789abcdef'.repeat(4)}`;
  const open = openJob('running', { title, image });
  const scene = withJobs([open, aJob(2, { title, image }), aJob(3)]);
  scene.state.host = working().state.host;
  scene.state.job = currentJobOf(open, {
    passport: aPassport({ gpu: true, images: [image, `${image}0`], ports: [80, 8080, 11_434] }),
    operations: [anOperation({ id: 'an-operation-with-a-very-long-name'.repeat(3), image })],
  });
  scene.state.cards = cardsState(
    aCard({ name: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition (engineering sample)' }),
  );
  scene.state.network.label = 'A network whose name is considerably longer than the rail is wide';
  scene.state.earnings.todayGross = '123456789012345678';
  scene.state.wallet.nos = '987654321098765432';
  return scene;
}

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

function withJobs(jobs: readonly JobSummary[]): Scene {
  const scene = aScene({ earnings: earningsOf(jobs) });
  return { ...scene, jobs, day: aDay() };
}

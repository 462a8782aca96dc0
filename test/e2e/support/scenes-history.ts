import type { JobSummary } from '../../../app/contract/job.ts';
import { aDay, aScene, earningsOf, inPhase, type Scene } from './scene.ts';
import { openJob, withFourCards, working } from './scenes.ts';
import { aCard, cardsState } from './scripted-cards.ts';
import { aJob, currentJobOf } from './scripted-jobs.ts';
import { anOperation, aPassport } from './scripted-parts.ts';

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

/** The card became too hot in the middle of a job. */
export function cooling(): Scene {
  const scene = withJobs([aJob(1, { outcome: 'handed-back', status: 'stopped' }), aJob(2)]);
  scene.state.host = inPhase('paused', {
    code: 'cooling',
    text: 'The card became hotter than your limit of 87 °C. It is at 81 °C and is lent again at 77 °C, in about 1 min.',
    next: null,
  });
  scene.state.cards = cardsState(
    aCard({ utilizationPercent: 0, memoryUsedBytes: 0, temperatureC: 81, powerWatts: 42 }),
  );
  scene.state.queue = null;
  scene.day = scene.day.map((part) =>
    part.phase === 'yielded' ? { ...part, phase: 'cooling' } : part,
  );
  return scene;
}

/** Four cards, of which one is too hot and one has made errors. */
export function hotCard(): Scene {
  const scene = withFourCards();
  const since = Date.now() - 12 * 60_000;
  scene.state.alerts = [
    {
      code: 'slowed-by-heat',
      card: scene.state.cards.cards[1]?.uuid ?? null,
      since,
      text: 'It has slowed down for heat for minutes, at 84 °C.',
      remedy: 'Clean its fans and filters, give it air, or set a lower limit for its power.',
    },
    {
      code: 'xid-62',
      card: null,
      since,
      text: 'The driver reports that its own controller stopped (Xid 62).',
      remedy: 'Take back any overclocking and run "offpeak benchmark".',
    },
  ];
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
  scene.state.cards = cardsState(aCard({ utilizationPercent: 0, temperatureC: 38, powerWatts: 9 }));
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

/** These jobs, newest first, on the practice network while it waits. */
export function withJobs(jobs: readonly JobSummary[]): Scene {
  const scene = aScene({ earnings: earningsOf(jobs) });
  return { ...scene, jobs, day: aDay() };
}

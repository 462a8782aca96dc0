import type { JobSummary } from '../../../app/contract/job.ts';
import { aDay, aScene, earningsOf, inPhase, mainnet, type Scene } from './scene.ts';
import { aCard, cardsState, fourCards, noCard } from './scripted-cards.ts';
import { address } from './scripted-address.ts';
import { aJob, currentJobOf } from './scripted-jobs.ts';
import { anOperation, aPassport } from './scripted-parts.ts';

const MINUTE_MS = 60_000;
const MIB = 1024 ** 2;

/** Practice on the processor, in the queue, with a handful of jobs done. */
export function inQueue(): Scene {
  const jobs = [1, 2, 3, 4, 5, 6].map((seed) => aJob(seed));
  const scene = aScene({
    host: inPhase('available', {
      code: 'in-queue',
      text: 'In the queue, place 3 of 41; the next job comes by itself.',
      next: null,
    }),
    cards: noCard(),
    queue: { position: 3, length: 41, market: address(8) },
    earnings: earningsOf(jobs),
  });
  return { ...scene, jobs, day: aDay() };
}

/** A job is fetching its image. */
export function pulling(): Scene {
  const job = openJob('pulling', { title: 'comfyui-flux by nosana/comfyui-flux' });
  const scene = aScene({
    host: inPhase('preparing', {
      code: 'pulling',
      text: `Fetching what "${job.title}" needs.`,
      next: null,
    }),
    queue: null,
    job: currentJobOf(job, {
      stage: 'pulling',
      pull: {
        image: 'docker.io/nosana/comfyui-flux:1.2',
        receivedBytes: 1_240 * MIB,
        totalBytes: 3_315 * MIB,
        layersDone: 7,
        layers: 18,
      },
      operations: [
        anOperation({ state: 'pulling', exitCode: null, startedAt: null, endedAt: null }),
      ],
    }),
  });
  return { ...scene, jobs: [job], day: aDay() };
}

/** A practice job at work on the processor, printing as it goes. */
export function working(): Scene {
  const job = openJob('running');
  const older = [2, 3, 4, 5, 6].map((seed) => aJob(seed));
  const jobs = [job, ...older];
  const scene = aScene({ cards: noCard(), queue: null, earnings: earningsOf(jobs) });
  scene.log.print(['At night the city slept, and the engine did not.', 'It had a story to tell:']);
  scene.state.host = inPhase('working', {
    code: 'running',
    text: `Running "${job.title}".`,
    next: null,
  });
  scene.state.job = currentJobOf(job, { logBytes: scene.log.size });
  return { ...scene, jobs, day: aDay() };
}

/** Mainnet, one RTX 4090 that serves a language model. */
export function oneCard(): Scene {
  const scene = working();
  const job = openJob('running', {
    title: 'Llama 3.1 8B by vllm/vllm-openai',
    image: 'docker.io/vllm/vllm-openai:v0.10.2',
    network: 'mainnet',
    practice: false,
  });
  scene.state.cards = cardsState(aCard());
  scene.state.network = mainnet;
  scene.state.job = currentJobOf(job, {
    logBytes: scene.log.size,
    pricePerSecond: '192',
    passport: aPassport({ gpu: true, ports: [8000], pricePerSecond: '192' }),
    operations: [
      anOperation({
        id: 'serve',
        state: 'running',
        exitCode: null,
        endedAt: null,
        restarts: 1,
        endpoints: [{ port: 8000, url: 'http://127.0.0.1:49153', status: 'online' }],
      }),
    ],
  });
  return {
    ...scene,
    jobs: [job, ...scene.jobs.slice(1).map((old) => ({ ...old, practice: false }))],
  };
}

/** The same with four cards of different ages. */
export function withFourCards(): Scene {
  const scene = oneCard();
  scene.state.cards = fourCards();
  return scene;
}

/** A job without an end. */
export function openJob(state: JobSummary['state'], changes: Partial<JobSummary> = {}): JobSummary {
  return aJob(1, {
    state,
    outcome: null,
    status: null,
    startedAt: Date.now() - 48 * MINUTE_MS,
    endedAt: null,
    grossBaseUnits: null,
    transaction: null,
    ...changes,
  });
}

import type { Scene } from './scene.ts';
import { measuredSlow, measuredWell, measuring, notMeasured } from './scenes-benchmark.ts';
import { powerNotAllowed, powerNoWay, powerTried, sweeping, swept } from './scenes-power.ts';
import { inQueue, oneCard, pulling, withFourCards, working } from './scenes.ts';
import { firstStart, nothingWorks } from './scenes-start.ts';
import { ends, hostileJob } from './scenes-ends.ts';
import {
  brokenOff,
  hole,
  noEngines,
  notProven,
  proven,
  proving,
  severalEngines,
} from './scenes-owner.ts';
import {
  beforeMainnet,
  fourIdentities,
  lockedKeys,
  maintained,
  notQualified,
  onMainnet,
  onWindows,
} from './scenes-network.ts';
import { cooling, hotCard, longNames, manyJobs, needsYou, yielded } from './scenes-history.ts';

/** A screen in one state of the host, and the heading it must have. */
interface Screen {
  readonly name: string;
  readonly scene: () => Scene;
  readonly path: (scene: Scene) => string;
  readonly heading: string | RegExp;
}

/** Every screen in every state that looks different. */
export const screens: readonly Screen[] = [
  home('at the very first start', firstStart, 'Looking for the container engine'),
  home(
    'with neither engine nor card',
    nothingWorks,
    'No container engine was found on this computer',
  ),
  home('waiting in the queue', inQueue, 'Ready for the next job'),
  home('fetching an image', pulling, /^Fetching what "comfyui-flux/),
  home('working on the processor', working, /^Your processor is working on A story/),
  home('working on one card', oneCard, /^Your RTX 4090 is working on Llama/),
  home('working on one of four cards', withFourCards, /^One of your 4 cards is working on/),
  home('needing its owner', needsYou, 'This RPC address is not Solana mainnet'),
  home('after the card was taken back', yielded, 'The card is yours'),
  home('with alerts', hotCard, /^One of your 4 cards is working on/),
  home('while the card cools', cooling, 'Your card is cooling down'),
  home('with very long names', longNames, /^Your RTX PRO 6000 Blackwell/),
  home('with four identities', fourIdentities, /^One of your 4 cards is working on/),
  home('not admitted to a market', notQualified, 'Not admitted to a market yet'),
  home('while the network is maintained', maintained, 'Waiting for the network to come back'),
  home('with locked keys', lockedKeys, 'Your keys are locked'),
  cards('one at work', oneCard),
  cards('of different ages, one of them too hot', hotCard),
  cards('none', nothingWorks),
  cards('never measured', notMeasured),
  cards('measured, and well', measuredWell),
  cards('power, not allowed yet', powerNotAllowed),
  cards('power, for the owner alone', powerNoWay),
  cards('power, tried and kept', powerTried),
  cards('power limits compared', swept),
  cards('power limits being compared', sweeping),
  cards('measured, hot and in the wrong slot', measuredSlow),
  cards('being measured', measuring),
  jobs('with none', nothingWorks),
  jobs('with 300', () => manyJobs(300)),
  jobs('with very long names', longNames),
  job('at work', working, 0, /^A story about the night/),
  job('fetching its image', pulling, 0, /^comfyui-flux/),
  job('with very long names', longNames, 0, /^An extraordinarily long title/),
  job('that was refused', ends, 0, /^A story about the night/),
  job('that failed', ends, 1, /^A story about the night/),
  job('that its client ended', ends, 2, /^A story about the night/),
  job('that prints what it should not', hostileJob, 0, /^A story about the night/),
  {
    name: 'a job that is not known',
    scene: working,
    path: () => '/jobs/none',
    heading: /not known/,
  },
  doctor('when all is well', working),
  doctor('with problems', nothingWorks),
  doctor('before the first check', firstStart),
  doctor('with a proof that went well', proven),
  doctor('with a proof that found a hole', hole),
  doctor('with a proof that broke off', brokenOff),
  doctor('with a proof that could not begin', notProven),
  doctor('with a running proof', proving),
  doctor('on a computer that is not quite ready', notQualified),
  doctor('on Windows', onWindows),
  settings('before mainnet', beforeMainnet),
  settings('on mainnet', onMainnet),
  settings('with locked keys', lockedKeys),
  settings('with several engines', severalEngines),
  settings('without an engine', noEngines),
];

/** The address of the nth job of a scene. */
export function jobPath(scene: Scene, index: number): string {
  return `/jobs/${scene.jobs[index]?.run ?? ''}`;
}

function home(when: string, scene: () => Scene, heading: string | RegExp): Screen {
  return { name: `Home ${when}`, scene, path: () => '/', heading };
}

function cards(which: string, scene: () => Scene): Screen {
  return {
    name: `Graphics cards: ${which}`,
    scene,
    path: () => '/cards',
    heading: 'Graphics cards',
  };
}

function jobs(which: string, scene: () => Scene): Screen {
  return { name: `Jobs ${which}`, scene, path: () => '/jobs', heading: 'Jobs' };
}

function job(which: string, scene: () => Scene, index: number, heading: RegExp): Screen {
  return { name: `a job ${which}`, scene, path: (shown) => jobPath(shown, index), heading };
}

function doctor(when: string, scene: () => Scene): Screen {
  return { name: `Doctor ${when}`, scene, path: () => '/doctor', heading: 'Doctor' };
}

function settings(which: string, scene: () => Scene): Screen {
  return { name: `Settings ${which}`, scene, path: () => '/settings', heading: 'Settings' };
}

import { benchmark } from './en/benchmark.ts';
import { cards } from './en/cards.ts';
import { doctor } from './en/doctor.ts';
import { frame } from './en/frame.ts';
import { home } from './en/home.ts';
import { job } from './en/job.ts';
import { jobs } from './en/jobs.ts';
import { mainnet } from './en/mainnet.ts';
import { network } from './en/network.ts';
import { power } from './en/power.ts';
import { proof } from './en/proof.ts';
import { readiness } from './en/readiness.ts';
import { settings } from './en/settings.ts';
import { units } from './en/units.ts';

/** Every English word of the interface. Other locales must have the same keys. */
export const en = {
  ...frame,
  ...units,
  ...home,
  ...benchmark,
  ...cards,
  ...jobs,
  ...job,
  ...doctor,
  ...power,
  ...proof,
  ...readiness,
  ...settings,
  ...mainnet,
  ...network,
} as const;

/** Names one text. */
export type TextKey = keyof typeof en;

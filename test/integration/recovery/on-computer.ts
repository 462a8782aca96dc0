import { localChainPackage } from '../../../app/platform/platform.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { IMAGE, whyNoEngine } from '../containers/engine-kit.ts';
import { whyNoPrivateEngine } from '../containers/private-engine.ts';
import type { Posted } from './chain-world.ts';
import { printed } from './checks.ts';
import type { Computer } from './computer.ts';
import { env } from './scripts.ts';
import { Subject } from './subject.ts';

/** Why no computer of our own can be had here; null when one can. */
export async function whyNoComputer(): Promise<string | null> {
  const noChain = localChainPackage().packageName === null ? 'there is no practice chain' : null;
  return (await whyNoEngine()) ?? whyNoPrivateEngine() ?? noChain;
}

/** A job with the operation `count`. */
export function oneJob(cmd: string, more: object = {}): object {
  return job([operation('count', { image: IMAGE, env, cmd, ...more })]);
}

/** A host that waits for jobs on a computer that is switched on for it. */
export async function hostOn(computer: Computer): Promise<Subject> {
  await computer.powerOn();
  const subject = await Subject.prepare({ DOCKER_HOST: `unix://${computer.socket}` });
  await subject.allow(IMAGE);
  subject.start();
  return subject;
}

/** Posts a job and waits until `count` has printed so many lines. */
export async function running(
  subject: Subject,
  definition: object,
  lines: number,
): Promise<Posted> {
  await subject.untilQueued();
  const posted = await subject.world.post(definition, 3600);
  await untilPrinted(subject, posted, lines);
  return posted;
}

/** Waits until `count` has printed so many lines. */
export async function untilPrinted(subject: Subject, posted: Posted, lines: number): Promise<void> {
  await subject.until(`${lines} lines`, async () => {
    if (!subject.steps(posted.run).includes('operation-started')) return null;
    return (await printed(subject, posted, 'count')).length >= lines || null;
  });
}

/** Waits until the host tells its owner of trouble with the engine. */
export async function untilLost(subject: Subject): Promise<void> {
  await subject.until('the loss to be told', async () => {
    return (await subject.state())?.host.reason.code.startsWith('containers.') || null;
  });
}

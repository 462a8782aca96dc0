import { afterAll, beforeAll } from 'vitest';
import type { HostState } from '../../../app/contract/state.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { whyNoEngine } from '../containers/engine-kit.ts';
import { env } from '../recovery/scripts.ts';
import { Shop } from '../recovery/shop.ts';
import { Subject } from '../recovery/subject.ts';

/** Why a host cannot live here; null where it can. */
export const problem =
  (await whyNoEngine()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain here' : null);

/** What the owner reads on Home. */
export function saysOf(state: HostState | null): { phase: string; code: string; text: string } {
  const { phase, reason } = state?.host ?? { phase: 'off', reason: { code: '', text: '' } };
  return { phase, code: reason.code, text: reason.text };
}

/** Waits until Home says this: state word and reason. */
export async function untilHome(subject: Subject, phase: string, code: string): Promise<HostState> {
  return subject.until(`"${phase}" because of ${code}`, async () => {
    const state = await subject.state();
    const said = saysOf(state);
    return said.phase === phase && said.code === code ? state : null;
  });
}

/** A shop with the image that jobs of these tests use, for one file of tests. */
export function openShop(): { readonly oneJob: (cmd: string) => object } {
  let shop: Shop;
  beforeAll(async () => void (shop = await Shop.open()));
  afterAll(() => shop.close());
  return {
    oneJob: (cmd) => job([operation('count', { image: shop.image, env, cmd })]),
  };
}

/** A host in a world of its own; `begin` changes that before the host comes. */
export async function withHost(
  test: (subject: Subject) => Promise<void>,
  begin: (subject: Subject) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const subject = await Subject.prepare();
  try {
    await begin(subject);
    subject.start();
    await test(subject);
  } finally {
    await subject.remove();
  }
}

import { expect } from 'vitest';
import type { MarketView } from '../../../app/network/nosana/market-read.ts';
import type { NosanaNetwork } from '../../../app/network/nosana/nosana-network.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import type { Scene } from './nosana-scene.ts';

/** How long the posted jobs may run. */
export const TIMEOUT = 3600;

/** What a watcher of the market has heard. */
export interface Watched {
  readonly offers: Offer[];
  readonly views: MarketView[];
  /** Codes; null is "all is well". */
  readonly problems: (string | null)[];
  /** Waits for the first offer. */
  offer(): Promise<Offer>;
}

/** Watches the market of a host and writes down what it hears. */
export function watch(scene: Scene, host: NosanaNetwork): Watched {
  const offers: Offer[] = [];
  const views: MarketView[] = [];
  const problems: (string | null)[] = [];
  host.session(scene.market.address).watch({
    onOffer: (offer) => offers.push(offer),
    onQueue: (view) => views.push(view),
    onProblem: (problem) => problems.push(problem?.code ?? null),
  });
  const offer = async (): Promise<Offer> => {
    await expect.poll(() => offers.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const [first] = offers;
    if (first === undefined) throw new Error('no offer');
    return first;
  };
  return { offers, views, problems, offer };
}

/** A host that has joined and got a job. */
export async function assigned(
  scene: Scene,
  host: NosanaNetwork,
): Promise<{ offer: Offer; seen: Watched }> {
  const seen = watch(scene, host);
  expect(await host.session(scene.market.address).join(AbortSignal.timeout(30_000))).toMatchObject({
    ok: true,
  });
  await scene.poster.list(await aDocument(scene), TIMEOUT);
  return { offer: await seen.offer(), seen };
}

/** Signs and sends a settlement with a fresh result; returns the result's CID. */
export async function settle(
  scene: Scene,
  host: NosanaNetwork,
  offer: Offer,
  kind: 'finish' | 'complete' | 'quit',
): Promise<string | null> {
  const resultCid = kind === 'quit' ? null : await aDocument(scene);
  const transaction = await host.signSettlement(offer, kind, resultCid);
  const status = await host.sendTransaction(transaction, AbortSignal.timeout(30_000));
  expect(status).toEqual({ state: 'confirmed' });
  return resultCid;
}

/** Some document that nobody stored before. */
export function aDocument(scene: Scene): Promise<string> {
  return scene.content.add(Buffer.from(`{"n":${scene.content.documents.size}}`));
}

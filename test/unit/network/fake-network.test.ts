import { describe, expect, it } from 'vitest';
import { FakeNetwork } from '../../fakes/network/fake-network.ts';

/** The fake must keep the rules that other tests rely on. */
const signal = new AbortController().signal;

function setUp() {
  const clock = { ms: 1_700_000_000_000 };
  const network = new FakeNetwork({ now: () => clock.ms });
  const offer = network.assign({ version: '0.1' }, { timeoutSeconds: 3600 });
  const store = () => network.storeDocument(Buffer.from('{"status":"success"}'), signal);
  return { clock, network, offer, store };
}

describe('the fake network', () => {
  it('gives the definition by its CID', async () => {
    const { network, offer } = setUp();
    const bytes = await network.fetchDocument(offer.definitionCid, signal);
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({ version: '0.1' });
  });

  it('pays finish by the seconds, once', async () => {
    const { clock, network, offer, store } = setUp();
    clock.ms += 600_000;
    const cid = await store();
    const [first, second] = [
      await network.signSettlement(offer, 'finish', cid),
      await network.signSettlement(offer, 'finish', cid),
    ];
    expect(await network.sendTransaction(first, signal)).toEqual({ state: 'confirmed' });
    expect(await network.sendTransaction(first, signal)).toEqual({ state: 'confirmed' });
    expect(await network.sendTransaction(second, signal)).toMatchObject({ state: 'rejected' });
    expect(network.landed(offer.run)).toBe(1);
    expect(network.result(offer.run)).toEqual({ status: 'success' });
    expect(await network.readAssignment(offer, signal)).toMatchObject({
      state: 'settled',
      paidSeconds: 600,
      payoutBaseUnits: 28_800n,
      refundBaseUnits: 144_000n,
    });
  });

  it("takes a result after the client's end, by complete alone", async () => {
    const { network, offer, store } = setUp();
    let told = 0;
    network.watchAssignment(offer, () => told++);
    network.extend(offer.run, 60);
    network.endByClient(offer.run);
    await Promise.resolve();
    expect(told).toBe(2);
    expect(await network.readAssignment(offer, signal)).toMatchObject({ state: 'ended-by-client' });
    const cid = await store();
    const finish = await network.signSettlement(offer, 'finish', cid);
    expect(await network.sendTransaction(finish, signal)).toMatchObject({ state: 'rejected' });
    const complete = await network.signSettlement(offer, 'complete', cid);
    expect(await network.sendTransaction(complete, signal)).toEqual({ state: 'confirmed' });
    expect(await network.readAssignment(offer, signal)).toMatchObject({ state: 'settled' });
  });

  it('keeps a transaction pending until its blocks have passed, and forgets other chains', async () => {
    const { network, offer } = setUp();
    const quit = await network.signSettlement(offer, 'quit', null);
    expect(await network.transactionStatus(quit)).toEqual({ state: 'pending' });
    network.passBlocks(151);
    expect(await network.transactionStatus(quit)).toEqual({ state: 'expired' });
    const next = await network.signSettlement(offer, 'quit', null);
    network.replaceChain('FakeGenesis2');
    expect(await network.transactionStatus(next)).toEqual({ state: 'expired' });
    expect(await network.readAssignment(offer, signal)).toEqual({ state: 'gone' });
  });

  it('can land a transaction without saying so, lose it, or refuse it', async () => {
    const { network, offer } = setUp();
    const quit = await network.signSettlement(offer, 'quit', null);
    network.sending = 'lose';
    expect(await network.sendTransaction(quit, signal)).toEqual({ state: 'expired' });
    network.sending = 'reject';
    const second = await network.signSettlement(offer, 'quit', null);
    expect(await network.sendTransaction(second, signal)).toMatchObject({ state: 'rejected' });
    network.sending = 'land-unheard';
    const third = await network.signSettlement(offer, 'quit', null);
    const aborted = AbortSignal.timeout(10);
    expect(await network.sendTransaction(third, aborted)).toEqual({ state: 'pending' });
    expect(await network.transactionStatus(third)).toEqual({ state: 'confirmed' });
    expect(network.ledger.map((entry) => entry.kind)).toEqual(['quit']);
  });

  it('fails as often as it is told to', async () => {
    const { network, offer } = setUp();
    network.fail('readAssignment', 2);
    expect(await network.readAssignment(offer, signal)).toMatchObject({ state: 'unknown' });
    expect(await network.readAssignment(offer, signal)).toMatchObject({ state: 'unknown' });
    expect(await network.readAssignment(offer, signal)).toMatchObject({ state: 'assigned' });
    network.fail('fetchDocument');
    await expect(network.fetchDocument(offer.definitionCid, signal)).rejects.toThrow();
    expect(network.calls.readAssignment).toBe(3);
  });
});

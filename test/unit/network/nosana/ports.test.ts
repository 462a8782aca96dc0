import { describe, expect, expectTypeOf, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type * as ports from '../../../../app/jobs/ports.ts';
import { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import type * as types from '../../../../app/network/nosana/types.ts';

/** The network room may not import the jobs room, so it states the same types again. */
describe('the network as the jobs room wants it', () => {
  it('has the same types on both sides', () => {
    expectTypeOf<types.Offer>().toEqualTypeOf<ports.Offer>();
    expectTypeOf<types.Assignment>().toEqualTypeOf<ports.Assignment>();
    expectTypeOf<types.Payment>().toEqualTypeOf<ports.Payment>();
    expectTypeOf<types.SettlementKind>().toEqualTypeOf<ports.SettlementKind>();
    expectTypeOf<types.SignedTransaction>().toEqualTypeOf<ports.SignedTransaction>();
    expectTypeOf<types.TransactionStatus>().toEqualTypeOf<ports.TransactionStatus>();
  });

  it('is what the Nosana network is', () => {
    const signer = throwawaySigner();
    const settings = { get: () => null, set: () => undefined };
    const network: ports.JobNetwork = new NosanaNetwork({
      id: 'practice',
      practice: true,
      signer,
      market: signer.address,
      genesisRule: 'practice',
      settings,
    });
    expect(network).toMatchObject({ id: 'practice', practice: true });
  });
});

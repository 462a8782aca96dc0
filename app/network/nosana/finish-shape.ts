import type { Simulation } from '../../adapters/solana/solana-rpc.ts';
import type { FinishShape } from './instructions-host.ts';
import type { NetworkSettings } from './settings.ts';

/**
 * Which accounts the deployed program's `finish` wants. Nosana's Rust source and its generated
 * client name ten, another published interface of the same program eleven, and the program on the
 * chain can be replaced at any time: so the chain is asked, once, by simulation.
 */
export interface FinishShapes {
  /**
   * The shape that works for this program, the documented one where both do. `simulate` is called
   * for both, and no more once one is known; what it throws is thrown, and nothing is learned.
   */
  choose(
    programId: string,
    simulate: (shape: FinishShape) => Promise<Simulation>,
  ): Promise<FinishShape>;
  /** After a refused `finish`: ask again the next time. */
  forget(programId: string): void;
}

/** Remembers in the settings, for this network (`practice`, `mainnet`). */
export function createFinishShapes(settings: NetworkSettings, network: string): FinishShapes {
  // The real program and the one of practice have the same address.
  const key = (programId: string): string => `network.finish-shape.${network}.${programId}`;
  return {
    choose: async (programId, simulate) => {
      const known = settings.get(key(programId));
      if (known === 'ten' || known === 'eleven') return known;
      const ten = await simulate('ten');
      const eleven = await simulate('eleven');
      // Neither works now, so it is not the shape: send the documented one and hear the reason.
      if (!ten.ok && !eleven.ok) return 'ten';
      const shape = ten.ok ? 'ten' : 'eleven';
      settings.set(key(programId), shape);
      return shape;
    },
    forget: (programId) => settings.set(key(programId), ''),
  };
}

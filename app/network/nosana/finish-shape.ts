import type { Simulation } from '../../adapters/solana/solana-rpc.ts';
import type { FinishShape } from './instructions-host.ts';
import type { NetworkSettings } from './settings.ts';

/**
 * Which accounts the deployed program's `finish` wants. Nosana's Rust source and its generated
 * client name ten, another published interface of the same program eleven, and the program on the
 * chain can be replaced at any time: so the chain is asked, once, by simulation.
 */
export interface FinishShapes {
  /** The shape that works for this program; `simulate` is only called until one is known. */
  choose(
    programId: string,
    simulate: (shape: FinishShape) => Promise<Simulation>,
  ): Promise<FinishShape>;
  /** After a refused `finish`: ask again the next time. */
  forget(programId: string): void;
}

/** Remembers in the settings. */
export function createFinishShapes(settings: NetworkSettings): FinishShapes {
  const key = (programId: string): string => `network.finish-shape.${programId}`;
  return {
    choose: async (programId, simulate) => {
      const known = settings.get(key(programId));
      if (known === 'ten' || known === 'eleven') return known;
      for (const shape of ['ten', 'eleven'] as const) {
        if (!(await simulate(shape)).ok) continue;
        settings.set(key(programId), shape);
        return shape;
      }
      // Neither works now, so it is not the shape: send the documented one and hear the reason.
      return 'ten';
    },
    forget: (programId) => settings.set(key(programId), ''),
  };
}

import type { FlowState } from '../result-document.ts';
import type { RunIn } from '../run.ts';

/** What IPFS gets of a result that went another way: that and when it ended, and nothing of it. */
interface BlankResult extends Pick<FlowState, 'status' | 'startTime' | 'endTime'> {
  readonly opStates: readonly never[];
  readonly errors: readonly { readonly event: 'logistics-error'; readonly message: string }[];
}

/**
 * The document for IPFS of a run whose result was delivered past it, or could not be. It depends on
 * the journal alone, so that writing it again after a crash gives the same bytes. Pure.
 */
export function encodeBlankResult(run: RunIn<'storing'>): Buffer {
  return Buffer.from(JSON.stringify(blankResult(run)));
}

function blankResult({ offer, work, result, delivery }: RunIn<'storing'>): BlankResult {
  const failure = delivery === null || delivery.ok ? null : delivery.detail;
  return {
    status: result.status,
    startTime: offer.assignedAt,
    endTime: work.cause?.at ?? offer.assignedAt,
    opStates: [],
    errors: failure === null ? [] : [{ event: 'logistics-error', message: failure }],
  };
}

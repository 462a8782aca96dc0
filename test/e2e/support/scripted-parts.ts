import type { OperationView, Passport, Receipt } from '../../../app/contract/job.ts';
import { address } from './scripted-address.ts';

const MINUTE_MS = 60_000;

/** What policy said of such a job. */
export function aPassport(changes: Partial<Passport> = {}): Passport {
  return {
    images: ['offpeak/practice-llm:1'],
    gpu: false,
    ports: [],
    resources: [],
    late: [],
    operations: 1,
    maxDurationSeconds: 7200,
    pricePerSecond: '150',
    poster: address(7),
    market: address(8),
    isolation: [
      'It sees none of your files: it has a disk of its own, which is removed after it.',
      'No way out: not to the Internet, not to your home network, not to this computer.',
      'It has no special rights on this computer and cannot get any.',
      'It sees neither your programs nor other jobs.',
      'It cannot use the card.',
    ],
    refusals: [],
    ...changes,
  };
}

/** One operation that went well. */
export function anOperation(changes: Partial<OperationView> = {}): OperationView {
  return {
    id: 'write',
    group: 'write',
    image: 'offpeak/practice-llm:1',
    state: 'ended',
    exitCode: 0,
    problem: null,
    startedAt: Date.now() - 12 * MINUTE_MS,
    endedAt: Date.now(),
    restarts: 0,
    endpoints: [],
    ...changes,
  };
}

/** The receipt of a job of 724 paid seconds. */
export function aReceipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    network: 'practice',
    practice: true,
    transaction: address(2_000_001) + address(3_000_001),
    settledAt: Date.now() - 5 * MINUTE_MS,
    paidSeconds: 724,
    pricePerSecond: '150',
    grossBaseUnits: '108600',
    refundBaseUnits: '971400',
    resultCid: `Qm${address(9)}`,
    powerWattHours: null,
    ...changes,
  };
}

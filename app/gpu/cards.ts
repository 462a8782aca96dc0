import { queryNvidiaSmi, type SmiOptions } from '../adapters/nvidia-smi.ts';
import type { CardReport } from '../contract/gpu.ts';
import { reportOf } from './report.ts';

/**
 * Reads all cards once through the `nvidia-smi` on PATH, within 5 s. Whatever is wrong is the report's
 * `problem`; it rejects only when aborted, and never blocks.
 */
export async function readCards(options: SmiOptions = {}): Promise<CardReport> {
  return reportOf(await queryNvidiaSmi(options));
}

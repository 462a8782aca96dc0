import type { AdmissionFlow } from './admitting.ts';

export function openAdmission(..._: unknown[]): AdmissionFlow {
  throw new Error('not wired yet');
}

import type { AdmissionState } from '../../app/contract/admission.ts';
import { shortMoment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';

/** Where an identity stands on its way into a market, in a few words; empty where it is in one. */
export function admissionWords(admission: AdmissionState | null): string {
  switch (admission?.step) {
    case undefined:
    case 'unknown':
      return '';
    case 'admitted':
      return admission.stale ? t('admission.stale') : '';
    case 'benchmarking':
      return t('admission.benchmarking', { round: admission.round });
    case 'not-qualified':
      return until('admission.not-qualified', admission.nextTestAt);
    case 'maintenance':
      return until('admission.maintenance', admission.until);
    case 'failed':
      return until('admission.failed', admission.nextAttemptAt);
    case 'outdated':
      return t('admission.outdated', { minimum: admission.minimum });
    case 'needs-contact':
    case 'registering':
    case 'asking':
    case 'access-key':
    case 'syncing':
    case 'banned':
      return t(`admission.${admission.step}`);
  }
}

function until(
  key: 'admission.not-qualified' | 'admission.maintenance' | 'admission.failed',
  at: number | null,
): string {
  return at === null ? t(key) : t(`${key}.until`, { when: shortMoment(at) });
}

import type { AdmissionReport, AdmissionState } from '../contract/admission.ts';
import { retryOf } from '../contract/errors.ts';
import type { Phase, Reason } from '../contract/phase.ts';

/**
 * What an identity is doing that is not admitted to a market yet, and the one reason why; null once
 * it is admitted. Pure.
 */
export function admissionPhase(admission: AdmissionState): { phase: Phase; reason: Reason } | null {
  switch (admission.step) {
    case 'admitted':
      return null;
    case 'unknown':
    case 'asking':
      return preparing('asking', 'Asking the network which market this card belongs to.');
    case 'registering':
      return preparing('registering', 'Registering this host with the network.');
    case 'benchmarking':
      return preparing(
        'benchmarking',
        `Running what the network measures this computer with (round ${admission.round}).`,
      );
    case 'access-key':
      return preparing('access-key', 'Fetching the access key of the market.');
    case 'syncing':
      return preparing('syncing', 'Waiting until the network has seen the access key.');
    case 'needs-contact':
      return needsYou(
        'needs-contact',
        'To register this host, the network wants an e-mail address.',
        'Enter one in Settings, Network.',
      );
    case 'banned':
      return needsYou(
        'banned',
        'The network does not accept this host any more.',
        'Ask the support of Nosana why. Practice goes on working.',
      );
    case 'outdated':
      return needsYou(
        'outdated',
        `The network asks for version ${admission.minimum} of a host; this is ${admission.own}.`,
        'Update Offpeak.',
      );
    case 'not-qualified':
      return notQualified(admission);
    case 'maintenance':
      return waiting(
        'maintenance',
        `The network is being maintained${until(admission.until)}.${because(admission.reason)}`,
      );
    case 'failed':
      return failed(admission.problem);
  }
}

function failed({ code, message, remedy }: { code: string; message: string; remedy: string }) {
  const phase: Phase = retryOf(code) === 'auto' ? 'waiting' : 'needs-you';
  return { phase, reason: { code, text: message, next: remedy } };
}

function notQualified({ nextTestAt, report }: Extract<AdmissionState, { step: 'not-qualified' }>): {
  phase: Phase;
  reason: Reason;
} {
  const text = `The network found no market that this computer fits.${failures(report)}`;
  if (nextTestAt === null) {
    return needsYou('not-qualified', text, 'See Doctor for what is asked and what was measured.');
  }
  return waiting('not-qualified', `${text} It is measured again after ${moment(nextTestAt)}.`);
}

function failures(report: AdmissionReport | null): string {
  const failed = report?.metrics.filter((metric) => !metric.passed) ?? [];
  return failed.map(({ name, rule, failure }) => ` ${failure ?? `${name}: ${rule}`}.`).join('');
}

function until(at: number | null): string {
  return at === null ? '' : ` until about ${moment(at)}`;
}

function because(reason: string | null): string {
  return reason === null ? '' : ` It says: ${reason}`;
}

/** Reasons are English sentences until the renderer translates them by code. */
function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function preparing(code: string, text: string): { phase: Phase; reason: Reason } {
  return { phase: 'preparing', reason: { code: `admission-${code}`, text, next: null } };
}

function waiting(code: string, text: string): { phase: Phase; reason: Reason } {
  return { phase: 'waiting', reason: { code: `admission-${code}`, text, next: null } };
}

function needsYou(code: string, text: string, next: string): { phase: Phase; reason: Reason } {
  return { phase: 'needs-you', reason: { code: `admission-${code}`, text, next } };
}

import type { Check, HostState } from '../../app/contract/state.ts';
import { t } from '../locales/text.ts';

/** What the host is doing, as the one sentence at the top of Home, without a full stop. */
export function headline(state: HostState): string {
  return sentence(state).replace(/\.$/, '');
}

function sentence(state: HostState): string {
  const { phase, reason } = state.host;
  switch (phase) {
    case 'working':
      return state.job?.stage === 'running' ? workingOn(state, state.job) : reason.text;
    case 'preparing':
    case 'yielding':
    case 'needs-you':
      return reason.text;
    case 'waiting':
      return t(waitingKey(reason.code));
    case 'paused':
      return t(reason.code === 'cooling' ? 'home.cooling' : 'home.paused');
    case 'available':
    case 'yielded':
    case 'off':
      return t(`home.${phase}`);
  }
}

// Who waits for the network to let it in is not about to join.
function waitingKey(code: string) {
  switch (code) {
    case 'admission-maintenance':
      return 'home.waiting.maintenance';
    case 'admission-not-qualified':
      return 'home.waiting.not-qualified';
    case 'card-gone':
      return 'home.waiting.card-gone';
    default:
      return 'home.waiting';
  }
}

/** Why, and what to do: the sentences under the headline that do not only repeat it. */
export function underHeadline(state: HostState): { why: string | null; next: string | null } {
  const { phase, reason } = state.host;
  switch (phase) {
    case 'available':
    case 'waiting':
      return { why: reason.text, next: reason.next };
    case 'needs-you':
      return { why: whyItMatters(state), next: reason.next };
    case 'paused':
      return { why: reason.code === 'cooling' ? reason.text : null, next: reason.next };
    case 'working':
    case 'preparing':
    case 'yielding':
    case 'yielded':
    case 'off':
      return { why: null, next: reason.next };
  }
}

/** The failing check that the headline speaks of: the one with the same remedy. */
export function checkInHeadline(state: HostState): Check | null {
  const { phase, reason } = state.host;
  if (phase !== 'needs-you') return null;
  return state.doctor.checks.find((check) => !check.ok && check.remedy === reason.next) ?? null;
}

/** `RTX 4090` for `NVIDIA GeForce RTX 4090`: what its owner calls it. */
export function shortCardName(name: string): string {
  return name.replace(/^NVIDIA /, '').replace(/^GeForce /, '');
}

function workingOn(state: HostState, job: NonNullable<HostState['job']>): string {
  const { cards } = state.cards;
  const [card] = cards;
  const { title } = job;
  if (!job.passport?.gpu || !card) return t('home.working-on-processor', { title });
  if (cards.length > 1) return t('home.working-on-cards', { count: cards.length, title });
  return t('home.working-on-card', { card: shortCardName(card.name), title });
}

// The doctor's sentence says what is wrong and why it matters; the first half is the headline.
function whyItMatters(state: HostState): string | null {
  const { text } = state.host.reason;
  const message = checkInHeadline(state)?.message ?? '';
  const why = message.startsWith(text) ? message.slice(text.length).trim() : message;
  return why === '' ? null : why;
}

import { describe, expect, it } from 'vitest';
import { Phase } from '../../app/contract/phase.ts';
import type { HostState } from '../../app/contract/state.ts';
import {
  checkInHeadline,
  headline,
  shortCardName,
  underHeadline,
} from '../../renderer/components/headline.ts';
import { aCard, cardsState } from '../e2e/support/scripted-cards.ts';
import { aJob, currentJobOf } from '../e2e/support/scripted-jobs.ts';
import { aPassport } from '../e2e/support/scripted-parts.ts';
import { aHostState } from '../fakes/host/host-state.ts';

function inPhase(phase: Phase, changes: Partial<HostState> = {}): HostState {
  const state = aHostState(changes);
  const reason = { code: 'a-reason', text: 'The reason in words.', next: null };
  return { ...state, host: { ...state.host, phase, reason } };
}

const job = currentJobOf(aJob(1, { title: 'a story' }));
const onCard = { ...job, passport: aPassport({ gpu: true }) };

describe('the headline of Home', () => {
  it('says something for every phase', () => {
    const said = Phase.options.map((phase) => [phase, headline(inPhase(phase, { job }))]);
    expect(Object.fromEntries(said)).toEqual({
      off: 'Offpeak is stopping',
      paused: 'You are not lending',
      waiting: 'About to join the queue',
      preparing: 'The reason in words',
      available: 'Ready for the next job',
      working: 'Your processor is working on a story',
      yielding: 'The reason in words',
      yielded: 'The card is yours',
      'needs-you': 'The reason in words',
    });
  });

  it('names the card that works as its owner does', () => {
    const state = inPhase('working', { job: onCard, cards: cardsState(aCard()) });
    expect(headline(state)).toBe('Your RTX 4090 is working on a story');
    expect(shortCardName('Tesla T4')).toBe('Tesla T4');
  });

  it('does not claim to know which of several cards works', () => {
    const cards = cardsState(aCard(), aCard({ index: 1 }));
    expect(headline(inPhase('working', { job: onCard, cards }))).toBe(
      'One of your 2 cards is working on a story',
    );
  });

  it('does not say that the card works when the job does not use it', () => {
    const state = inPhase('working', { job, cards: cardsState(aCard()) });
    expect(headline(state)).toMatch(/^Your processor/);
  });

  it('says what the host does once the job itself is over', () => {
    const state = inPhase('working', { job: { ...job, stage: 'settling' } });
    expect(headline(state)).toBe('The reason in words');
  });
});

describe('what stands under the headline', () => {
  it('does not repeat it', () => {
    const repeated = Phase.options.filter((phase) => {
      const state = inPhase(phase);
      return underHeadline(state).why === `${headline(state)}.`;
    });
    expect(repeated).toEqual([]);
  });

  it('says how hot the card is, where that is the reason', () => {
    const state = inPhase('paused');
    state.host.reason.code = 'cooling';
    expect(headline(state)).toBe('Your card is cooling down');
    expect(underHeadline(state).why).toBe('The reason in words.');
  });

  it('says where the host stands in the queue', () => {
    expect(underHeadline(inPhase('available')).why).toBe('The reason in words.');
  });

  it('says why a problem matters and what to do, in the words of the doctor', () => {
    const check = {
      name: 'engine',
      ok: false,
      message: 'The reason in words. Jobs run in containers.',
      remedy: 'Install Docker.',
    };
    const state = inPhase('needs-you', { doctor: { checks: [check], checkedAt: 1 } });
    state.host.reason.next = 'Install Docker.';
    expect(checkInHeadline(state)).toBe(check);
    expect(underHeadline(state)).toEqual({
      why: 'Jobs run in containers.',
      next: 'Install Docker.',
    });
  });

  it('leaves checks with another remedy to the list below', () => {
    const check = { name: 'disk', ok: false, message: 'Full.', remedy: 'Delete something.' };
    const state = inPhase('needs-you', { doctor: { checks: [check], checkedAt: 1 } });
    expect(checkInHeadline(state)).toBeNull();
    expect(underHeadline(state).why).toBeNull();
  });
});

import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Hero } from '../../renderer/components/hero.tsx';
import { LendButton } from '../../renderer/components/lend-button.tsx';
import { Remedy } from '../../renderer/components/remedy.tsx';
import { Today } from '../../renderer/components/today.tsx';
import { aJob, currentJobOf } from '../e2e/support/scripted-jobs.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost } from './fake-host.tsx';

afterEach(cleanup);

describe('the head of Home', () => {
  it('changes with the state', async () => {
    const host = fakeHost();
    render(<Hero />, host);
    expect(screen.getByRole('heading').textContent).toBe('Ready for the next job');
    host.commit({ job: currentJobOf(aJob(1, { title: 'a story' })), host: working });
    await waitFor(() =>
      expect(screen.getByRole('heading').textContent).toBe('Your processor is working on a story'),
    );
    expect(screen.getByRole('progressbar', { name: 'Time used' })).toBeDefined();
  });

  it('marks practice money, and no other', () => {
    render(<Hero />, fakeHost());
    expect(screen.queryByText('Practice')).not.toBeNull();
    cleanup();
    const network = { ...aHostState().network, practice: false };
    render(<Hero />, fakeHost({ state: aHostState({ network }) }));
    expect(screen.queryByText('Practice')).toBeNull();
  });

  const working = {
    ...aHostState().host,
    phase: 'working' as const,
    reason: { code: 'running', text: 'Running "a story".', next: null },
  };
});

describe('the big button', () => {
  it('says why it could not do what was asked', async () => {
    render(<LendButton />, fakeHost());
    screen.getByRole('button').click();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('nobody answers host.takeBack');
  });

  it('says what it does in each case', () => {
    const hints = [
      aHostState(),
      aHostState({ queue: null }),
      aHostState({ job: currentJobOf(aJob(1)) }),
      aHostState({ availability: { lending: false, since: 0 } }),
    ].map((state) => {
      render(<LendButton />, fakeHost({ state }));
      const text = screen.getByRole('button').textContent;
      cleanup();
      return text;
    });
    expect(hints).toEqual([
      'Take it backleaves the queue',
      'Take it backstops looking for jobs',
      'Take it backyou keep the pay so far',
      'Lend itjoins the queue of the market',
    ]);
  });
});

describe('today', () => {
  it('shows a balance that is not known as a dash with its reason', () => {
    const wallet = { address: null, nos: null, lamports: null };
    render(<Today />, fakeHost({ state: aHostState({ wallet }) }));
    expect(screen.getByText('Not known before the network has answered')).toBeDefined();
    expect(screen.queryByText('0.0000 NOS in the wallet')).toBeNull();
  });
});

describe('a remedy', () => {
  it('has links and commands, and is otherwise the text it was', () => {
    const text = 'Install Docker (https://docs.docker.com/engine/install), then run "docker info".';
    const { container } = render(<Remedy text={text} />);
    const link = screen.getByRole('link');
    expect(link.getAttribute('href')).toBe('https://docs.docker.com/engine/install');
    expect(link.getAttribute('rel')).toContain('noreferrer');
    expect(container.querySelector('code')?.textContent).toBe('docker info');
    expect(container.textContent).toBe(
      'Install Docker (docs.docker.com/engine/install), then run docker info.',
    );
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { OperationView } from '../../app/contract/job.ts';
import { Operations } from '../../renderer/components/operations.tsx';
import { anOperation } from '../e2e/support/scripted-parts.ts';

afterEach(cleanup);

const running: Partial<OperationView> = { state: 'running', exitCode: null, endedAt: null };

function show(changes: Partial<OperationView>): void {
  render(<Operations operations={[anOperation(changes)]} />);
}

describe('an operation', () => {
  it('that serves shows its ports, with an address to copy and no link', () => {
    show({
      ...running,
      endpoints: [
        { port: 80, url: 'http://127.0.0.1:49153', status: 'online' },
        { port: 81, url: null, status: 'offline' },
      ],
    });
    expect(screen.getByText('http://127.0.0.1:49153').tagName).toBe('CODE');
    expect(screen.getByRole('button', { name: 'Copy Port 80' })).toBeTruthy();
    expect(screen.getByText(/Port 80 · answers/)).toBeTruthy();
    expect(screen.getByText(/Port 81 · does not answer/)).toBeTruthy();
    expect(screen.queryAllByRole('link')).toEqual([]);
    expect(screen.getAllByRole('button')).toHaveLength(1);
  });

  it.each([
    [0, 'running'],
    [1, 'running · started again once'],
    [7, 'running · started again 7 times'],
  ])('that was restarted %i times says: %s', (restarts, words) => {
    show({ ...running, restarts });
    expect(screen.getByText(words)).toBeTruthy();
  });
});

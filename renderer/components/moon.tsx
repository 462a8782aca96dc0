import type { ReactNode } from 'react';

/** Offpeak's sign; it says nothing that the word beside it does not. */
export function Moon(): ReactNode {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <path d="M40 6a27 27 0 1 0 18 38A23 23 0 0 1 40 6z" />
    </svg>
  );
}

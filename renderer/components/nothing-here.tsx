import type { ReactNode } from 'react';

/** Stands where a list would be: what is not there, and why that is so. */
export function NothingHere(props: { what: string; why: string }): ReactNode {
  return (
    <div className="empty">
      <b>{props.what}</b>
      <span className="soft">{props.why}</span>
    </div>
  );
}

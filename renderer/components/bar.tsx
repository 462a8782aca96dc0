import type { ReactNode } from 'react';

/** How far something is: a share from 0 to 1. */
export function Bar(props: { name: string; share: number }): ReactNode {
  const percent = Math.round(Math.min(1, Math.max(0, props.share)) * 1000) / 10;
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={props.name}
      aria-valuenow={Math.round(percent)}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

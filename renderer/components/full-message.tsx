import type { ReactNode } from 'react';

/** One sentence in the middle of an otherwise empty page. */
export function FullMessage(props: { title: string; help?: string }): ReactNode {
  return (
    <main className="full-message" role="status">
      <h1>{props.title}</h1>
      {props.help && <p className="soft">{props.help}</p>}
    </main>
  );
}

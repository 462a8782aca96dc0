import type { ReactNode } from 'react';

/** One sentence in the middle of an otherwise empty page; `patient` waits a moment before it shows. */
export function FullMessage(props: { title: string; help?: string; patient?: boolean }): ReactNode {
  return (
    <main className={props.patient ? 'full-message patient' : 'full-message'}>
      <div role="status">
        <h1>{props.title}</h1>
        {props.help && <p className="soft">{props.help}</p>}
      </div>
    </main>
  );
}

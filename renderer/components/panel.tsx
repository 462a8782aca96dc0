import { type ReactNode, useId } from 'react';

/** A titled box; `aside` stands at the right of the title. */
export function Panel(props: { title: string; aside?: ReactNode; children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

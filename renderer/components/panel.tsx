import { type ReactNode, useId } from 'react';

/** A titled box; `aside` stands at the right of the title. Within a titled section its level is 3. */
export function Panel(props: {
  title: string;
  level?: 2 | 3;
  aside?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const id = useId();
  const Heading = props.level === 3 ? 'h3' : 'h2';
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <Heading id={id}>{props.title}</Heading>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

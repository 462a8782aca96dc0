import type { ReactNode } from 'react';

/** A list of named facts. */
export function Facts(props: { children: ReactNode }): ReactNode {
  return <dl className="facts">{props.children}</dl>;
}

/** One fact: its name and what it is. */
export function Fact(props: { name: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

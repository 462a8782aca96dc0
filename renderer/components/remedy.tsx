import type { ReactNode } from 'react';

/** Addresses, and commands in straight quotes, as Offpeak's own remedies write them. */
const special = /(https:\/\/[^\s()"]+[^\s()".,;:]|"[^"]+")/;

/** What to do: addresses can be clicked, commands stand out. */
export function Remedy(props: { text: string }): ReactNode {
  return <p className="remedy break">{props.text.split(special).map(drawn)}</p>;
}

function drawn(part: string, index: number): ReactNode {
  if (part.startsWith('https://')) {
    return (
      <a key={index} href={part} target="_blank" rel="noreferrer">
        {part.replace('https://', '')}
      </a>
    );
  }
  if (part.startsWith('"')) return <code key={index}>{part.slice(1, -1)}</code>;
  return part;
}

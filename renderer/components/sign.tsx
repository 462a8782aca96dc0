import type { ReactNode } from 'react';

const paths = {
  disc: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
  ring: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z',
  half: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 2.2v5.6a2.8 2.8 0 0 1 0-5.6z',
  bars: 'M2 1h3v10H2zM7 1h3v10H7z',
  triangle: 'M6 .5l6 11H0z',
  line: 'M1 5h10v2H1z',
  check: 'M4.6 10.6L.9 6.9l1.5-1.5 2.2 2.2L9.6 1.7l1.6 1.3z',
} as const;

/** A small shape that means something beside a colour. */
export type SignShape = keyof typeof paths;

/** Such a shape, in the colour of its tone; the word beside it says the same. */
export function Sign(props: { shape: SignShape }): ReactNode {
  return (
    <svg className="sign" viewBox="0 0 12 12" aria-hidden="true">
      <path d={paths[props.shape]} />
    </svg>
  );
}

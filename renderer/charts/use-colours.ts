import { useMemo, useSyncExternalStore } from 'react';

/** A canvas knows no CSS: the colours of the scheme of now, as values. */
export function useColours(): { tone: string; band: string; soft: string; line: string } {
  const names = useSyncExternalStore(listen, coloursOfNow);
  return useMemo(() => {
    const [tone = '', soft = '', line = ''] = names.split(' ');
    // Hexadecimal, with an opacity behind.
    return { tone, band: `${tone}38`, soft, line };
  }, [names]);
}

function coloursOfNow(): string {
  const style = getComputedStyle(document.documentElement);
  return ['ready', 'soft', 'line']
    .map((name) => style.getPropertyValue(`--${name}`).trim())
    .join(' ');
}

function listen(changed: () => void): () => void {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

import { type ReactNode, useEffect, useState } from 'react';
import { t } from '../locales/text.ts';

const SAID_MS = 1500;

/** Copies a text and says for a moment whether that worked. */
export function CopyButton(props: { what: string; text: string | (() => string) }): ReactNode {
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    const text = typeof props.text === 'string' ? props.text : props.text();
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      () => setSaid('failed'),
    );
  };
  return (
    <button className="copy" onClick={copy} aria-label={t('copy.what', { what: props.what })}>
      <span aria-live="polite">{t(said === null ? 'copy.button' : `copy.${said}`)}</span>
    </button>
  );
}

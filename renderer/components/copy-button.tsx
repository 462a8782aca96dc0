import { type ReactNode, useEffect, useState } from 'react';
import { t } from '../locales/text.ts';

/** Copies a text and says so for a moment. */
export function CopyButton(props: { what: string; text: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void navigator.clipboard.writeText(props.text).then(() => setCopied(true));
  };
  return (
    <button className="copy" onClick={copy} aria-label={t('copy.copy', { what: props.what })}>
      {copied ? t('copy.copied') : t('job.log.copy')}
    </button>
  );
}

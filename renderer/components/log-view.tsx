import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../app/contract/job.ts';
import { useLog } from '../host/use-log.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';

/** What the job printed, as it prints it. Text of jobs is shown as text and nothing else. */
export function LogView(props: {
  run: string;
  logBytes: number | null;
  closed: boolean;
}): ReactNode {
  const { lines, cut } = useLog(props.run, `${props.logBytes ?? ''} ${props.closed}`);
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, lines]);
  return (
    <>
      {cut > 0 && <p className="kicker">{t('job.log.cut', { count: lines.length })}</p>}
      <div
        className="log"
        ref={box}
        tabIndex={0}
        role="log"
        aria-label={t('job.log')}
        onScroll={(event) => setFollow(isAtEnd(event.currentTarget))}
      >
        {lines.length === 0 && <span className="soft">{t('job.log.empty')}</span>}
        {lines.map((line, index) => (
          <div className={line.stream} key={cut + index}>
            {line.text || ' '}
          </div>
        ))}
      </div>
      <p className="toolbar" style={{ marginTop: 10 }}>
        <label className="soft">
          <input
            type="checkbox"
            checked={follow}
            onChange={(event) => setFollow(event.target.checked)}
          />{' '}
          {t('job.log.follow')}
        </label>
        <CopyButton what={t('job.log')} text={asText(lines)} />
      </p>
    </>
  );
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < 24;
}

function asText(lines: readonly LogLine[]): string {
  return lines.map((line) => line.text).join('\n');
}

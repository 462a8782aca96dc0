import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Stage } from '../../app/contract/job.ts';
import { linesOf } from '../host/log-pages.ts';
import { useLog } from '../host/use-log.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { LogLines } from './log-lines.tsx';
import { Panel } from './panel.tsx';
import { terminalText } from './terminal-text.ts';

/** What the job printed, as it prints it; follows the end until somebody scrolls up. */
export function LogView(props: {
  run: string;
  /** Changes whenever there is more to read. */
  revision: string;
  stage: Stage;
  /** True when each line has to say which operation printed it. */
  several: boolean;
}): ReactNode {
  const { log, read, failure } = useLog(props.run, props.revision);
  const [follow, setFollow] = useState(true);
  const closed = props.stage === 'closed';
  const tall = useOnce(props.stage === 'running');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, log]);
  const copied = () =>
    linesOf(log)
      .map(({ text }) => terminalText(text))
      .join('\n');
  return (
    <Panel
      title={t('log.title')}
      aside={
        <div className="log-tools">
          {!closed && <Follow follow={follow} onChange={setFollow} />}
          <CopyButton what={t('log.title')} text={copied} />
        </div>
      }
    >
      {log.cut && <p className="kicker">{t('log.cut')}</p>}
      {failure !== null && <p className="kicker">{t('log.failed', { reason: failure })}</p>}
      <div
        className={tall ? 'log tall' : 'log'}
        ref={box}
        tabIndex={0}
        role="log"
        // A job may print hundreds of lines a second: nothing to be read aloud unasked.
        aria-live="off"
        aria-label={t('log.title')}
        onScroll={({ currentTarget }) => setFollow(isAtEnd(currentTarget))}
      >
        {read && log.pages.length === 0 && (
          <span className="soft">{t(closed ? 'log.none' : 'log.empty')}</span>
        )}
        {log.pages.map((page) => (
          <LogLines lines={page.lines} several={props.several} key={page.id} />
        ))}
      </div>
    </Panel>
  );
}

function Follow(props: { follow: boolean; onChange: (follow: boolean) => void }): ReactNode {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.follow}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {t('log.follow')}
    </label>
  );
}

// A box that has grown keeps its height: what stands below it does not move when the job ends.
function useOnce(now: boolean): boolean {
  const [ever, setEver] = useState(now);
  if (now && !ever) setEver(true);
  return ever;
}

/** Closer than this to the end counts as the end. Pixels, about one line. */
const NEAR = 24;

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
}

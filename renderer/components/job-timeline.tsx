import type { ReactNode } from 'react';
import type { TimelineEntry } from '../../app/contract/job.ts';
import { clock, moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';

/** The job's history, step by step. */
export function JobTimeline(props: { entries: readonly TimelineEntry[] }): ReactNode {
  return (
    <Panel title={t('timeline.title')}>
      <ol className="timeline">
        {props.entries.map((entry, index) => (
          // The journal only grows: a position names an entry for good.
          <li key={index}>
            <time dateTime={new Date(entry.at).toISOString()} title={moment(entry.at)}>
              {clock(entry.at)}
            </time>
            <span className="break">{entry.detail === '' ? entry.step : entry.detail}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { useNow } from '../host/use-now.ts';
import { useQuery } from '../host/use-query.ts';
import { clock } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { phaseTone } from './tone.ts';

const MINUTE_MS = 60_000;

/** 24 hours as one strip: earning, waiting, yours, off. The list behind it is for screen readers. */
export function YourDay(): ReactNode {
  const phase = useHost((state) => state.host.phase);
  const now = useNow(MINUTE_MS);
  const from = startOfDay(now);
  const to = endOfDay(now);
  const { answer } = useQuery(
    'activity.day',
    { from, to },
    `${phase} ${Math.floor(now / MINUTE_MS)}`,
  );
  const segments = answer?.segments ?? [];
  return (
    <Panel title={t('home.day')} aside={<Legend />}>
      <div className="strip" aria-hidden="true">
        {segments.map((segment) => (
          <i
            key={segment.from}
            className={`tone-${phaseTone(segment.phase)}`}
            style={{ width: `${((segment.to - segment.from) / (to - from)) * 100}%` }}
          />
        ))}
      </div>
      <div className="hours" aria-hidden="true">
        {['00', '04', '08', '12', '16', '20', '24'].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <table className="visually-hidden">
        <caption>{t('home.day.table')}</caption>
        <tbody>
          {segments.map((segment) => (
            <tr key={segment.from}>
              <th scope="row">{t(`phase.${segment.phase}`)}</th>
              <td>
                {clock(segment.from)} – {clock(segment.to)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Legend(): ReactNode {
  return (
    <div className="legend">
      <span>
        <i className="tone-earning" />
        {t('home.day.earning')}
      </span>
      <span>
        <i className="tone-ready" />
        {t('home.day.waiting')}
      </span>
      <span>
        <i className="tone-pull" />
        {t('phase.preparing')}
      </span>
      <span>
        <i className="tone-mine" />
        {t('home.day.yours')}
      </span>
      <span>
        <i className="tone-none" />
        {t('home.day.off')}
      </span>
    </div>
  );
}

function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

function endOfDay(now: number): number {
  const start = new Date(startOfDay(now));
  // By the calendar, not by 24 hours: two days of the year are shorter or longer.
  return new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1).getTime();
}

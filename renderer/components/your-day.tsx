import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { useNow } from '../host/use-now.ts';
import { useQuery } from '../host/use-query.ts';
import { duration } from '../locales/format.ts';
import { clockMinutes, hoursOfDay } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { dayAround, dayTotals, type Segment } from './day.ts';
import { Panel } from './panel.tsx';
import { phaseTone } from './tone.ts';

const MINUTE_MS = 60_000;

/** 24 hours as one strip: earning, waiting, yours, off. The list behind it is for screen readers. */
export function YourDay(): ReactNode {
  const phase = useHost((state) => state.host.phase);
  const now = useNow(MINUTE_MS);
  const { from, to } = dayAround(now);
  const revision = `${phase} ${Math.floor(now / MINUTE_MS)}`;
  const { answer } = useQuery('activity.day', { from, to }, revision);
  const segments = answer?.segments ?? [];
  return (
    <Panel title={t('day.title')} aside={<Legend segments={segments} />}>
      <div className="strip" aria-hidden="true">
        {segments.map((segment) => (
          <i
            key={segment.from}
            className={`tone-${phaseTone(segment.phase)}`}
            title={inWords(segment)}
            style={{
              left: `${((segment.from - from) / (to - from)) * 100}%`,
              width: `${((segment.to - segment.from) / (to - from)) * 100}%`,
            }}
          />
        ))}
      </div>
      <div className="hours" aria-hidden="true">
        {hoursOfDay.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <ul className="visually-hidden" aria-label={t('day.table')}>
        {segments.map((segment) => (
          <li key={segment.from}>{inWords(segment)}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Legend(props: { segments: readonly Segment[] }): ReactNode {
  return (
    <ul className="legend">
      {dayTotals(props.segments).map(({ tone, ms }) => (
        <li className={`tone-${tone}`} key={tone}>
          {t(`day.${tone}`)} <b>{duration(ms)}</b>
        </li>
      ))}
    </ul>
  );
}

function inWords({ phase, from, to }: Segment): string {
  return t('day.segment', {
    phase: t(`phase.${phase}`),
    from: clockMinutes(from),
    to: clockMinutes(to),
  });
}

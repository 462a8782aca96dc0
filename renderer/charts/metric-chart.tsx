import { type ReactNode, useCallback, useMemo } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import type { CardMetric } from '../../app/contract/telemetry.ts';
import { useNow } from '../host/use-now.ts';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';
import { columnsOf, spanOf } from './chart-data.ts';
import { LineChart } from './line-chart.tsx';
import { type ChartKind, kinds } from './kinds.ts';
import { momentOf } from './moments.ts';
import { type Period, PERIODS, stretchOf } from './period.ts';

/** As many as a chart of half a screen has pixels. */
const POINTS = 400;

/** One value of a card over a period, with its range in words. */
export function MetricChart(props: {
  card: Card;
  id: string;
  metric: CardMetric & ChartKind;
  period: Period;
}): ReactNode {
  const { card, id, metric, period } = props;
  const kind = kinds[metric];
  const now = useNow(PERIODS[period].everyMs);
  const { from, to } = stretchOf(period, now);
  const { answer, failure } = useQuery(
    'cards.history',
    { card: id, metric, from, to, points: POINTS },
    0,
  );
  const columns = useMemo(
    () => columnsOf(answer?.points ?? [], answer?.stepMs ?? 1, kind.scale),
    [answer, kind.scale],
  );
  const moment = useCallback((at: number) => momentOf(period, at), [period]);
  const span = spanOf(answer?.points ?? []);
  const title = t(`chart.${metric}`);
  const words = span === null ? t('chart.nothing') : spanText(kind, span);
  return (
    <figure className="metric">
      <figcaption>
        <b>{title}</b> <span className="soft">{failure ?? (answer === null ? '' : words)}</span>
      </figcaption>
      <LineChart
        columns={columns}
        from={from}
        to={to}
        top={kind.top(card)}
        label={`${title}, ${t(`period.${period}`)}: ${words}`}
        value={kind.text}
        moment={moment}
      />
    </figure>
  );
}

function spanText(
  { scale, text }: { scale: number; text: (value: number) => string },
  span: { low: number; high: number },
): string {
  const [low, high] = [text(span.low / scale), text(span.high / scale)];
  return low === high ? low : t('chart.span', { low, high });
}

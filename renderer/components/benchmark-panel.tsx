import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { useHost } from '../host/host-context.tsx';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';
import { BenchmarkControls } from './benchmark-controls.tsx';
import { BenchmarkEarlier } from './benchmark-earlier.tsx';
import { BenchmarkReport } from './benchmark-report.tsx';
import { BenchmarkRunning } from './benchmark-running.tsx';
import { SweepTable } from './sweep-table.tsx';
import { Remedy } from './remedy.tsx';

/** What a card can do, and whether it is well: measured when the owner asks. */
export function BenchmarkPanel(props: { card: Card; name: string }): ReactNode {
  const { uuid } = props.card;
  // CUDA knows cards by their UUID alone.
  return uuid === null ? null : <Benchmark card={uuid} name={props.name} />;
}

function Benchmark(props: { card: string; name: string }): ReactNode {
  const { card } = props;
  const { running, problem, revision } = useHost((state) => state.benchmark);
  const { answer, failure } = useQuery('benchmark.history', { card }, revision);
  return (
    <section className="benchmark" aria-label={t('benchmark.of', { card: props.name })}>
      <h3>{t('benchmark.title')}</h3>
      {running?.card === card ? (
        <BenchmarkRunning running={running} />
      ) : (
        <BenchmarkControls card={card} open={answer?.open ?? []} />
      )}
      {problem?.card === card && (
        <div role="status" className="tone-hot">
          <p className="slow break">{problem.message}</p>
          <Remedy text={problem.remedy} />
        </div>
      )}
      {failure !== null && <p role="alert">{failure}</p>}
      {answer?.latest === null && <p className="soft">{t('benchmark.none')}</p>}
      {answer?.latest && <BenchmarkReport report={answer.latest} />}
      {answer?.sweep && <SweepTable report={answer.sweep} />}
      {answer && answer.earlier.length > 0 && <BenchmarkEarlier earlier={answer.earlier} />}
    </section>
  );
}

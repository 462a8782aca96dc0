import { type ReactNode, useId, useState } from 'react';
import type { Level } from '../../app/contract/benchmark.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';

const LEVELS: readonly Level[] = ['quick', 'health', 'soak'];

/** How thorough, and begin or go on. */
export function BenchmarkControls(props: { card: string; open: readonly Level[] }): ReactNode {
  const { card, open } = props;
  const [level, setLevel] = useState<Level>('quick');
  const call = useCall();
  const task = useTask();
  const isElsewhere = useHost((state) => state.benchmark.running !== null);
  const isAtWork = useHost(({ identities }) =>
    identities.some((one) => one.card === card && one.job !== null),
  );
  const about = useId();
  const blocked = blockedBy({ isElsewhere, isAtWork });
  const start = (resume: boolean) => {
    if (blocked === null) void task.run(() => call('benchmark.start', { card, level, resume }));
  };
  return (
    <div className="benchmark-controls">
      <fieldset className="segments">
        <legend className="visually-hidden">{t('benchmark.level')}</legend>
        {LEVELS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={`level-${card}`}
              checked={one === level}
              onChange={() => setLevel(one)}
            />
            <span>{t(`benchmark.level.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <button
        className="button"
        aria-disabled={blocked !== null}
        aria-describedby={about}
        onClick={() => start(false)}
      >
        {t('benchmark.start')}
      </button>
      {open.includes(level) && blocked === null && (
        <button className="button" onClick={() => start(true)}>
          {t('benchmark.resume')}
        </button>
      )}
      <span className="soft" id={about}>
        {blocked ?? t(`benchmark.about.${level}`)}
      </span>
      {task.failure !== null && <span role="alert">{task.failure}</span>}
    </div>
  );
}

function blockedBy(of: { isElsewhere: boolean; isAtWork: boolean }): string | null {
  if (of.isElsewhere) return t('benchmark.elsewhere');
  return of.isAtWork ? t('benchmark.at-work') : null;
}

import { type ReactNode, useId, useState } from 'react';
import type { Level } from '../../app/contract/benchmark.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';

type Choice = Level | 'sweep';

const CHOICES: readonly Choice[] = ['quick', 'health', 'soak', 'sweep'];

/** How thorough, and begin or go on. */
export function BenchmarkControls(props: { card: string; open: readonly Level[] }): ReactNode {
  const { card, open } = props;
  const [level, setLevel] = useState<Choice>('quick');
  const call = useCall();
  const task = useTask();
  const isElsewhere = useHost((state) => state.benchmark.running !== null);
  const isAtWork = useHost(({ identities }) =>
    identities.some((one) => one.card === card && one.job !== null),
  );
  const about = useId();
  const hasRights = useHost(({ power }) => power.helper.state === 'open');
  const blocked = blockedBy({
    isElsewhere,
    isAtWork,
    lacksRights: level === 'sweep' && !hasRights,
  });
  const start = (resume: boolean) => {
    if (blocked !== null) return;
    void task.run(() =>
      level === 'sweep'
        ? call('benchmark.sweep', { card })
        : call('benchmark.start', { card, level, resume }),
    );
  };
  return (
    <div className="benchmark-controls">
      <fieldset className="segments">
        <legend className="visually-hidden">{t('benchmark.level')}</legend>
        {CHOICES.map((one) => (
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
      {open.some((one) => one === level) && blocked === null && (
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

function blockedBy(of: {
  isElsewhere: boolean;
  isAtWork: boolean;
  lacksRights: boolean;
}): string | null {
  if (of.isElsewhere) return t('benchmark.elsewhere');
  if (of.isAtWork) return t('benchmark.at-work');
  return of.lacksRights ? t('benchmark.no-rights') : null;
}

import { type ReactNode, useEffect, useState } from 'react';
import type { CardPower } from '../../app/contract/power.ts';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { duration } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { powerValue } from './power-value.ts';

const TICK_MS = 250;

/** What is being tried: keep it, or it goes back by itself. */
export function PowerTrial(props: {
  card: string;
  trial: NonNullable<CardPower['trial']>;
}): ReactNode {
  const { card, trial } = props;
  const { kind, value } = trial.setting;
  const call = useCall();
  const task = useTask();
  const left = useTimeLeft(trial.endsAt);
  return (
    <div className="power-trial tone-pull">
      <p role="status">
        {t('power.trial', { what: t(`power.kind.${kind}`), value: powerValue(kind, value) })}
      </p>
      {/* Not read out: it changes each second. */}
      <p className="soft" aria-live="off">
        {t('power.trial.back', { time: duration(left) })}
      </p>
      <div className="choice-tools">
        <button
          className="button"
          onClick={() => void task.run(() => call('power.keep', { card }))}
        >
          {t('power.keep')}
        </button>
        <button
          className="button"
          onClick={() => void task.run(() => call('power.revert', { card }))}
        >
          {t('power.revert')}
        </button>
      </div>
      {task.failure !== null && <p role="alert">{task.failure}</p>}
    </div>
  );
}

/** Milliseconds until then, never less than none. */
function useTimeLeft(endsAt: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, endsAt - now);
}

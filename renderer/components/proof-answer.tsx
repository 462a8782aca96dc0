import type { ReactNode } from 'react';
import type { ProofResult } from '../../app/contract/proof.ts';
import { t } from '../locales/text.ts';
import { Fact, Facts } from './facts.tsx';
import { Sign, type SignShape } from './sign.tsx';
import type { Tone } from './tone.ts';

const looks: Readonly<Record<ProofResult['outcome'], { tone: Tone; shape: SignShape }>> = {
  stopped: { tone: 'earning', shape: 'check' },
  reached: { tone: 'fault', shape: 'triangle' },
  untried: { tone: 'hot', shape: 'ring' },
};

/** One attempt: the question and its answer; behind them, what was tried to the letter. */
export function ProofAnswer(props: { result: ProofResult }): ReactNode {
  const { question, tried, outcome, stoppedBy } = props.result;
  const { tone, shape } = looks[outcome];
  return (
    <li className={`tone-${tone}`}>
      <details open={outcome !== 'stopped'}>
        <summary>
          <Sign shape={shape} />
          <span className="question">{question}</span>{' '}
          <b className="answer">{t(`proof.answer.${outcome}`)}</b>{' '}
          <span className="by">
            {t(`proof.by.${outcome}`, { what: stoppedBy ?? t('unknown') })}
          </span>
        </summary>
        <Facts>
          <Fact name={t('proof.tried')}>
            <span className="mono">{tried}</span>
          </Fact>
          {outcome === 'untried' && (
            <Fact name={t('proof.why')}>
              <span className="mono">{stoppedBy ?? t('unknown')}</span>
            </Fact>
          )}
        </Facts>
      </details>
    </li>
  );
}

import { type ReactNode, useId } from 'react';
import type { ProofReport } from '../../app/contract/proof.ts';
import type { HostState } from '../../app/contract/state.ts';
import { useHost } from '../host/host-context.tsx';
import { moment } from '../locales/moments.ts';
import { plural, t } from '../locales/text.ts';
import { AskButton } from './ask-button.tsx';
import { Panel } from './panel.tsx';
import { ProofAnswer } from './proof-answer.tsx';
import { ReportText } from './report-text.tsx';
import { ProofTrouble } from './proof-trouble.tsx';
import { isHole, type ShownProof, shownProof, verdictTone } from './proof-verdict.ts';
import { Remedy } from './remedy.tsx';
import { Sign, type SignShape } from './sign.tsx';

const shapes: Readonly<Record<ShownProof['verdict'], SignShape>> = {
  reached: 'triangle',
  untried: 'triangle',
  failed: 'triangle',
  running: 'half',
  isolated: 'check',
  none: 'ring',
};

/** Whether jobs are kept apart from this computer: the proof, its answers, and what follows. */
export function IsolationPanel(): ReactNode {
  const proof = useHost((state) => state.proof);
  const shown = shownProof(proof);
  return (
    <Panel
      title={t('proof.title')}
      aside={
        <AskButton
          command="isolation.prove"
          label={t('proof.button')}
          blocked={proof.running ? t('proof.busy') : null}
        />
      }
    >
      <p className="soft">{t('proof.about')}</p>
      <Outcome proof={proof} shown={shown} />
      <p className="visually-hidden" role="status">
        {proof.running && newest(shown)}
      </p>
      <Answers shown={shown} after={proof.problem !== null} />
      {shown.report && <ReportText report={shown.report} />}
    </Panel>
  );
}

function Outcome(props: { proof: HostState['proof']; shown: ShownProof }): ReactNode {
  const { proof, shown } = props;
  const { verdict } = shown;
  const hole = isHole(proof);
  return (
    <div className={`proof tone-${verdictTone(verdict)} ${hole ? 'hole' : ''}`}>
      <div role="status">
        <h3>
          <Sign shape={shapes[verdict]} />
          <span>
            {hole && <span className="needs">{t('proof.needs-you')}</span>}{' '}
            {t(`proof.verdict.${verdict}`)}
          </span>
        </h3>
      </div>
      {verdict === 'none' && <p className="soft">{t('proof.none.help')}</p>}
      {hole && <ProofTrouble shown={shown} />}
      {proof.problem && (
        <>
          <p className="break">{proof.problem.message}</p>
          <Remedy text={proof.problem.remedy} />
        </>
      )}
      {proof.running && (
        <p className="facts-line">
          <span>{plural('proof.so-far', shown.results.length)}</span>
        </p>
      )}
      {shown.report && !proof.problem && <Origin report={shown.report} />}
    </div>
  );
}

function Origin(props: { report: ProofReport }): ReactNode {
  const { at, engine, results } = props.report;
  return (
    <p className="facts-line">
      <span>{moment(at)}</span>
      <span>{engine}</span>
      <span>{plural('proof.attempts', results.length)}</span>
    </p>
  );
}

function Answers(props: { shown: ShownProof; after: boolean }): ReactNode {
  const { results, report } = props.shown;
  const title = useId();
  if (results.length === 0) return null;
  // After a proof that broke off at once, these are older than it.
  const old = props.after ? report : null;
  return (
    <>
      <h3 className={old ? 'before' : 'visually-hidden'} id={title}>
        {t(old ? 'proof.last' : 'proof.results')}
      </h3>
      {old && <Origin report={old} />}
      <ul className="answers" aria-labelledby={title}>
        {results.map((result) => (
          <ProofAnswer result={result} key={result.id} />
        ))}
      </ul>
    </>
  );
}

// Said aloud as it comes; the list itself is for reading.
function newest({ results }: ShownProof): string {
  const last = results.at(-1);
  if (!last) return '';
  const answer = t(`proof.answer.${last.outcome}`);
  return t('proof.spoken', { question: last.question, answer });
}

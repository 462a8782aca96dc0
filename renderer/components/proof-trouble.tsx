import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useHost } from '../host/host-context.tsx';
import { plural, t } from '../locales/text.ts';
import { AskButton } from './ask-button.tsx';
import type { ShownProof } from './proof-verdict.ts';

/** What follows from a proof that did not go well, and the way out of it. */
export function ProofTrouble(props: { shown: ShownProof }): ReactNode {
  const { reached, untried } = props.shown;
  const lending = useHost((state) => state.availability.lending);
  return (
    <>
      <p>
        {reached > 0 && plural('proof.reached', reached)}{' '}
        {untried > 0 && plural('proof.untried', untried)}
      </p>
      <p className="remedy">{t(reached > 0 ? 'proof.todo.reached' : 'proof.todo.untried')}</p>
      <div className="ways-out">
        <AskButton
          command="host.takeBack"
          label={t('home.take-back')}
          blocked={lending ? null : t('proof.not-lent')}
        />
        {reached > 0 && (
          <Link className="soft" href="/settings">
            {t('proof.settings')}
          </Link>
        )}
      </div>
    </>
  );
}

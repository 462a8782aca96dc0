import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { IdentityState } from '../../app/contract/identity-state.ts';
import { useHost } from '../host/host-context.tsx';
import { shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { cardNameOf } from './card-name.ts';
import { Panel } from './panel.tsx';
import { PhaseSign } from './phase-sign.tsx';

/** Where each card stands on the network; nothing while there is only one, which Home is about. */
export function Identities(): ReactNode {
  const identities = useHost((state) => state.identities);
  if (identities.length < 2) return null;
  return (
    <Panel title={t('identity.title')}>
      <table className="rows identities">
        <thead>
          <tr>
            <th scope="col">{t('identity.card-and-address')}</th>
            <th scope="col">{t('identity.state')}</th>
            <th scope="col">{t('identity.queue')}</th>
            <th scope="col">{t('identity.job')}</th>
          </tr>
        </thead>
        <tbody>
          {identities.map((identity) => (
            <IdentityRow identity={identity} key={identity.address} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function IdentityRow(props: { identity: IdentityState }): ReactNode {
  const { address, card, phase, reason, queue, job } = props.identity;
  const cardName = useHost((state) => cardNameOf(state.cards.cards, card));
  return (
    <tr>
      <th scope="row" title={cardName}>
        {cardName}
        <span className="address-line">
          <span className="mono" title={address}>
            {shortAddress(address)}
          </span>
          <CopyButton what={t('identity.address-of', { card: cardName })} text={address} />
        </span>
      </th>
      <td className="wraps">
        <PhaseSign phase={phase} reason={reason} />
        <span className="soft why">{reason.text}</span>
      </td>
      <td>{queue && t('identity.place', queue)}</td>
      <td className="title">{job && <Link href={`/jobs/${job.run}`}>{job.title}</Link>}</td>
    </tr>
  );
}

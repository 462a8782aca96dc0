import { type ReactNode, useId } from 'react';
import type { IdentityView } from '../../app/contract/identities.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { shortCardName } from './headline.ts';
import { CreateVault, UnlockVault } from './passphrase-form.tsx';
import { ImportKey } from './import-key.tsx';
import { Panel } from './panel.tsx';

/** The keys of the real network: locked or open, which card works with which, and new ones. */
export function KeysPanel(): ReactNode {
  const { state, identities } = useHost((host) => host.vault);
  return (
    <Panel title={t('keys.title')} level={3} aside={state === 'open' && <LockButton />}>
      <p className="soft" role="status">
        {t(`keys.state.${state}`)}
      </p>
      {identities.length > 0 && <KeyTable identities={identities} />}
      {state === 'none' && <CreateVault />}
      {state === 'locked' && <UnlockVault />}
      {state === 'open' && <ImportKey />}
    </Panel>
  );
}

function LockButton(): ReactNode {
  const call = useCall();
  const { run, failure } = useTask();
  return (
    <div className="ask">
      <button className="button" onClick={() => void run(() => call('vault.lock', {}))}>
        {t('keys.lock')}
      </button>
      {failure !== null && <span role="alert">{failure}</span>}
    </div>
  );
}

function KeyTable(props: { identities: readonly IdentityView[] }): ReactNode {
  return (
    <table className="rows keys">
      <thead>
        <tr>
          <th scope="col">{t('keys.label')}</th>
          <th scope="col">{t('identity.address')}</th>
          <th scope="col">{t('identity.card')}</th>
        </tr>
      </thead>
      <tbody>
        {props.identities.map((identity) => (
          <KeyRow identity={identity} key={identity.address} />
        ))}
      </tbody>
    </table>
  );
}

function KeyRow(props: { identity: IdentityView }): ReactNode {
  const { address, label } = props.identity;
  return (
    <tr>
      <th scope="row" title={label}>
        {label}
      </th>
      <td>
        <span className="address-line">
          <span className="mono" title={address}>
            {shortAddress(address)}
          </span>
          <CopyButton what={t('keys.address-of', { key: label })} text={address} />
        </span>
      </td>
      <td>
        <CardChoice identity={props.identity} />
      </td>
    </tr>
  );
}

function CardChoice(props: { identity: IdentityView }): ReactNode {
  const { address, label, card } = props.identity;
  const call = useCall();
  const { run, failure } = useTask();
  const cards = useHost((state) => state.cards.cards);
  const id = useId();
  const isHere = card === null || cards.some(({ uuid }) => uuid === card);
  const choose = (chosen: string) =>
    void run(() => call('vault.assign', { address, card: chosen === '' ? null : chosen }));
  return (
    <>
      <select
        value={card ?? ''}
        aria-label={t('keys.card-of', { key: label })}
        aria-describedby={id}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{t('keys.no-card')}</option>
        {!isHere && <option value={card}>{t('identity.card-gone')}</option>}
        {cards.map(({ uuid, name, index }) =>
          uuid === null ? null : (
            <option value={uuid} key={uuid}>
              {t('identity.card-number', { card: shortCardName(name), number: index })}
            </option>
          ),
        )}
      </select>
      <span id={id} role="alert">
        {failure}
      </span>
    </>
  );
}

import { type ReactNode, useState } from 'react';
import type { NetworkChanges } from '../../app/contract/network-choices.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { LinesField } from './text-field.tsx';
import { type TypedAddresses, typedAddresses } from './typed-addresses.ts';

type Which = 'rpc' | 'gateways';
const field = { rpc: 'rpcUrls', gateways: 'gateways' } as const satisfies Record<
  Which,
  keyof NetworkChanges
>;

/**
 * A list of servers, in the order in which they are asked. What is kept shows by its origins alone,
 * since whole addresses hold keys; so a list is replaced as a whole.
 */
export function ServersForm(props: { which: Which }): ReactNode {
  const { which } = props;
  const call = useCall();
  const task = useTask();
  const origins = useHost(({ settings: { network } }) =>
    which === 'rpc' ? network.rpcOrigins : network.gatewayOrigins,
  );
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const change = async (addresses: readonly string[]) => {
    const saved = await task.run(() =>
      call('settings.network', { [field[which]]: [...addresses] }),
    );
    if (saved) setText('');
  };
  const save = () => {
    const typed = typedAddresses(text);
    setError(whatIsWrong(typed));
    if (whatIsWrong(typed) === null) void change(typed.addresses);
  };
  return (
    <SettingsForm
      title={t(`servers.${which}`)}
      about={t(`servers.${which}.about`)}
      task={task}
      button={t('servers.replace')}
      onSubmit={save}
      tools={
        origins.length > 0 && (
          <button type="button" className="button" onClick={() => void change([])}>
            {t('servers.reset')}
          </button>
        )
      }
    >
      {origins.length === 0 ? (
        <p>{t('servers.own')}</p>
      ) : (
        <ol className="origins mono" aria-label={t('servers.now')}>
          {origins.map((origin, index) => (
            <li key={index}>{origin}</li>
          ))}
        </ol>
      )}
      <LinesField
        label={t('servers.new')}
        help={t('servers.new.help')}
        value={text}
        onChange={setText}
        error={error}
      />
    </SettingsForm>
  );
}

function whatIsWrong({ addresses, wrongLine }: TypedAddresses): string | null {
  if (wrongLine !== null) return t('servers.wrong', { line: wrongLine });
  return addresses.length === 0 ? t('servers.empty') : null;
}

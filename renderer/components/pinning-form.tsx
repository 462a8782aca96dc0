import { type ReactNode, useState } from 'react';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextField } from './text-field.tsx';
import { isWebAddress } from './typed-addresses.ts';

/** The service that stores results on IPFS. Its token goes in and is never shown again. */
export function PinningForm(): ReactNode {
  const call = useCall();
  const task = useTask();
  const { pinOrigin, hasPinToken } = useHost((state) => state.settings.network);
  const [url, setUrl] = useState('');
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(false);
  const change = async (pinUrl: string | null | undefined, pinToken: string | null | undefined) => {
    const saved = await task.run(() =>
      call('settings.network', {
        ...(pinUrl !== undefined && { pinUrl }),
        ...(pinToken !== undefined && { pinToken }),
      }),
    );
    if (!saved) return;
    setUrl('');
    setToken('');
  };
  const save = () => {
    const address = url.trim();
    const isWrong =
      address === '' ? pinOrigin === null || token.trim() === '' : !isWebAddress(address);
    setWrong(isWrong);
    if (isWrong) return;
    if (address === '') return void change(undefined, token.trim());
    // The old token stays with the old service: another one must never get to see it.
    void change(address, token.trim() || null);
  };
  return (
    <SettingsForm
      title={t('pinning.title')}
      about={t('pinning.about')}
      task={task}
      button={t('form.save')}
      onSubmit={save}
      tools={
        pinOrigin !== null && (
          <button type="button" className="button" onClick={() => void change(null, null)}>
            {t('pinning.forget')}
          </button>
        )
      }
    >
      <p>
        {pinOrigin === null ? (
          t('pinning.none')
        ) : (
          <>
            <span className="mono">{pinOrigin}</span>{' '}
            <span className="soft">
              {t(hasPinToken ? 'pinning.token-kept' : 'pinning.no-token')}
            </span>
          </>
        )}
      </p>
      <TextField
        label={t('pinning.url')}
        value={url}
        onChange={setUrl}
        error={wrong ? t('pinning.url.wrong') : null}
      />
      <TextField
        label={t('pinning.token')}
        help={t('pinning.token.help')}
        type="password"
        value={token}
        onChange={setToken}
      />
    </SettingsForm>
  );
}

import { type ReactNode, useState } from 'react';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { TaskForm } from './task-form.tsx';
import { TextField } from './text-field.tsx';

const MIN_CHARACTERS = 12;

/** Opens the keys with their passphrase. What was typed is forgotten as soon as it was sent. */
export function UnlockVault(): ReactNode {
  const call = useCall();
  const task = useTask();
  const [passphrase, setPassphrase] = useState('');
  const unlock = () => {
    if (passphrase === '' || task.busy) return;
    setPassphrase('');
    void task.run(() => call('vault.unlock', { passphrase }));
  };
  return (
    <TaskForm task={task} button={t('keys.unlock')} onSubmit={unlock}>
      <TextField
        label={t('keys.passphrase')}
        type="password"
        keeper="current-password"
        value={passphrase}
        onChange={setPassphrase}
      />
    </TaskForm>
  );
}

/** Makes the vault under a new passphrase, typed twice. */
export function CreateVault(): ReactNode {
  const call = useCall();
  const task = useTask();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [checked, setChecked] = useState(false);
  const isShort = passphrase.length < MIN_CHARACTERS;
  const differs = passphrase !== again;
  const create = () => {
    setChecked(true);
    if (isShort || differs || task.busy) return;
    setPassphrase('');
    setAgain('');
    setChecked(false);
    void task.run(() => call('vault.create', { passphrase }));
  };
  return (
    <TaskForm task={task} button={t('keys.create-vault')} onSubmit={create}>
      <TextField
        label={t('keys.new-passphrase')}
        help={t('keys.new-passphrase.help')}
        type="password"
        keeper="new-password"
        value={passphrase}
        onChange={setPassphrase}
        error={checked && isShort ? t('keys.too-short', { count: MIN_CHARACTERS }) : null}
      />
      <TextField
        label={t('keys.again')}
        type="password"
        keeper="new-password"
        value={again}
        onChange={setAgain}
        error={checked && !isShort && differs ? t('keys.differs') : null}
      />
    </TaskForm>
  );
}

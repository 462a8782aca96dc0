import { type ReactNode, useState } from 'react';
import type { CommandOutput } from '../../app/contract/commands.ts';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { TaskForm } from './task-form.tsx';
import { TextField } from './text-field.tsx';

/** Takes in a key file of the host's computer by its path: the host reads it, this page never does. */
export function ImportKey(): ReactNode {
  const call = useCall();
  const task = useTask();
  const [path, setPath] = useState('');
  const [label, setLabel] = useState('');
  const [missing, setMissing] = useState(false);
  const [imported, setImported] = useState<CommandOutput<'vault.import'> | null>(null);
  const take = () => {
    const file = path.trim();
    setMissing(file === '');
    setImported(null);
    if (file === '') return;
    void task.run(async () => {
      setImported(
        await call('vault.import', { path: file, label: label.trim() || t('keys.label.usual') }),
      );
      setPath('');
      setLabel('');
    });
  };
  return (
    <TaskForm
      task={task}
      button={t('keys.import')}
      said={imported ? said(imported) : ''}
      onSubmit={take}
    >
      <TextField
        label={t('keys.file')}
        help={t('keys.file.help')}
        value={path}
        onChange={setPath}
        error={missing ? t('keys.file.missing') : null}
      />
      <TextField label={t('keys.label')} value={label} onChange={setLabel} />
      {imported?.readableByOthers && (
        <p className="tone-hot warning" role="alert">
          {t('keys.readable')}
        </p>
      )}
    </TaskForm>
  );
}

function said({ identity, known }: CommandOutput<'vault.import'>): string {
  const key = known ? 'keys.imported.known' : 'keys.imported';
  return t(key, { address: shortAddress(identity.address) });
}

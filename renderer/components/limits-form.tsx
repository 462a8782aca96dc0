import { type ReactNode, useState } from 'react';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { sol } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextField } from './text-field.tsx';
import { typedSol } from './typed-sol.ts';

/** The most that one transaction may cost, and what always stays in the wallet. */
export function LimitsForm(): ReactNode {
  const call = useCall();
  const task = useTask();
  const kept = useHost((state) => state.settings.network);
  const [fee, setFee] = useState(() => sol(kept.maxFee));
  const [floor, setFloor] = useState(() => sol(kept.reserve));
  const [checked, setChecked] = useState(false);
  const [maxFee, reserve] = [typedSol(fee), typedSol(floor)];
  const save = () => {
    setChecked(true);
    if (maxFee === null || reserve === null) return;
    void task.run(() => call('settings.network', { maxFee, reserve }));
  };
  const wrong = checked ? t('limits.wrong', { example: sol('5000000') }) : null;
  return (
    <SettingsForm
      title={t('limits.title')}
      about={t('limits.about')}
      task={task}
      button={t('form.save')}
      onSubmit={save}
    >
      <TextField
        label={t('limits.fee')}
        help={t('limits.fee.help')}
        unit={t('limits.unit')}
        value={fee}
        onChange={setFee}
        error={maxFee === null ? wrong : null}
      />
      <TextField
        label={t('limits.floor')}
        help={t('limits.floor.help')}
        unit={t('limits.unit')}
        value={floor}
        onChange={setFloor}
        error={reserve === null ? wrong : null}
      />
    </SettingsForm>
  );
}

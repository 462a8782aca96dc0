import { type ReactNode, useState } from 'react';
import { HEAT_LIMIT, HYSTERESIS_C } from '../../app/contract/heat.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextField } from './text-field.tsx';
import { typedNumber } from './typed-number.ts';

/** How hot a card may become before lending pauses. */
export function HeatForm(): ReactNode {
  const call = useCall();
  const task = useTask();
  const kept = useHost((state) => state.settings.heatLimitC);
  const [typed, setTyped] = useState(() => String(kept));
  const [checked, setChecked] = useState(false);
  const range = { from: HEAT_LIMIT.lowestC, to: HEAT_LIMIT.highestC };
  const limitC = typedNumber(typed, range);
  const save = () => {
    setChecked(true);
    if (limitC !== null) void task.run(() => call('settings.heat', { limitC }));
  };
  return (
    <SettingsForm
      title={t('settings.heat')}
      about={t('settings.heat.about', { hysteresis: HYSTERESIS_C })}
      task={task}
      button={t('form.save')}
      onSubmit={save}
      level={2}
    >
      <TextField
        label={t('settings.heat.limit')}
        unit={t('settings.heat.unit')}
        value={typed}
        onChange={setTyped}
        error={checked && limitC === null ? t('settings.heat.wrong', range) : null}
      />
    </SettingsForm>
  );
}

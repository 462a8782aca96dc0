import { type ReactNode, useState } from 'react';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { SettingsForm } from './settings-form.tsx';
import { TextField } from './text-field.tsx';
import { typedNumber } from './typed-number.ts';

const PRICE = { from: 0, to: 1_000_000, places: 6 };
const CURRENCY = /^\s*[a-z]{3}\s*$/i;

/** What electricity costs, and what a NOS is worth to the owner. */
export function MoneyForm(): ReactNode {
  const call = useCall();
  const task = useTask();
  const kept = useHost((state) => state.settings.money);
  const [currency, setCurrency] = useState(kept.currency);
  const [perKwh, setPerKwh] = useState(() => shown(kept.perKwh));
  const [perNos, setPerNos] = useState(() => shown(kept.perNos));
  const [checked, setChecked] = useState(false);
  const isCurrency = CURRENCY.test(currency);
  const [kwh, nos] = [priceOf(perKwh), priceOf(perNos)];
  const save = () => {
    setChecked(true);
    if (!isCurrency || kwh === undefined || nos === undefined) return;
    const money = { currency: currency.trim().toUpperCase(), perKwh: kwh, perNos: nos };
    void task.run(() => call('settings.money', money));
  };
  const wrong = (isRight: boolean, text: string) => (checked && !isRight ? text : null);
  return (
    <SettingsForm
      title={t('settings.money')}
      about={t('settings.money.about')}
      task={task}
      button={t('form.save')}
      onSubmit={save}
      level={2}
    >
      <TextField
        label={t('settings.money.currency')}
        value={currency}
        onChange={setCurrency}
        error={wrong(isCurrency, t('settings.money.currency.wrong'))}
      />
      <TextField
        label={t('settings.money.kwh')}
        unit={t('settings.money.kwh.unit', { currency: currency.toUpperCase() })}
        value={perKwh}
        onChange={setPerKwh}
        error={wrong(kwh !== undefined, t('settings.money.wrong'))}
      />
      <TextField
        label={t('settings.money.nos')}
        unit={t('settings.money.nos.unit', { currency: currency.toUpperCase() })}
        help={t('settings.money.nos.help')}
        value={perNos}
        onChange={setPerNos}
        error={wrong(nos !== undefined, t('settings.money.wrong'))}
      />
    </SettingsForm>
  );
}

function shown(price: number | null): string {
  return price === null ? '' : String(price);
}

/** Null where nothing was typed; undefined where it is no price. */
function priceOf(text: string): number | null | undefined {
  return text.trim() === '' ? null : (typedNumber(text, PRICE) ?? undefined);
}

import { type ReactNode, useState } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import type { CardPower, PowerKind } from '../../app/contract/power.ts';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { powerValue } from './power-value.ts';
import { TaskForm } from './task-form.tsx';
import { TextField } from './text-field.tsx';
import { type NumberRange, typedNumber } from './typed-number.ts';

const KINDS: readonly PowerKind[] = ['cap', 'clocks', 'fan'];

/** What the owner keeps for this card, and a line for each setting to try another value. */
export function PowerSettings(props: { card: Card; power: CardPower }): ReactNode {
  const { card, power } = props;
  return (
    <div className="power-settings">
      {KINDS.map((kind) => (
        <Setting kind={kind} card={card} power={power} key={kind} />
      ))}
    </div>
  );
}

function Setting(props: { kind: PowerKind; card: Card; power: CardPower }): ReactNode {
  const { kind, card, power } = props;
  const call = useCall();
  const task = useTask();
  const kept = power.wishes[kind];
  const [typed, setTyped] = useState(() => (kept === null ? '' : String(kept)));
  const [checked, setChecked] = useState(false);
  const range = rangeOf(kind, card);
  const value = typedNumber(typed, range);
  const submit = () => {
    setChecked(true);
    if (value === null) return;
    void task.run(() => call('power.try', { card: power.card, setting: { kind, value } }));
  };
  const drop = () => {
    setTyped('');
    setChecked(false);
    void task.run(() => call('power.drop', { card: power.card, kinds: [kind] }));
  };
  return (
    <TaskForm
      task={task}
      button={t('power.try')}
      onSubmit={submit}
      tools={
        kept !== null && (
          <button type="button" className="button" onClick={drop}>
            {t('power.drop')}
          </button>
        )
      }
    >
      <TextField
        label={t(`power.kind.${kind}`)}
        unit={t(`power.unit.${kind}`)}
        help={helpOf(kind, { card, kept })}
        value={typed}
        onChange={setTyped}
        error={checked && value === null ? t('power.wrong', range) : null}
      />
    </TaskForm>
  );
}

function helpOf(kind: PowerKind, of: { card: Card; kept: number | null }): string {
  if (of.kept !== null) return t('power.kept', { value: powerValue(kind, of.kept) });
  const { powerDefaultWatts } = of.card;
  if (kind !== 'cap' || powerDefaultWatts === null) return t('power.own');
  return t('power.usual', { value: powerValue('cap', powerDefaultWatts) });
}

/** What the card is known to allow; the driver has the last word. */
function rangeOf(
  kind: PowerKind,
  { powerMinWatts, powerDefaultWatts }: Card,
): Pick<NumberRange, 'from' | 'to'> {
  switch (kind) {
    case 'cap':
      return { from: Math.ceil(powerMinWatts ?? 1), to: Math.floor(powerDefaultWatts ?? 5_000) };
    case 'clocks':
      return { from: 100, to: 10_000 };
    case 'fan':
      return { from: 0, to: 100 };
  }
}

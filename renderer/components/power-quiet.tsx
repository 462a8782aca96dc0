import { type ReactNode, useState } from 'react';
import type { CardPower, QuietProfile } from '../../app/contract/power.ts';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { watts } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { TaskForm } from './task-form.tsx';
import { TextField } from './text-field.tsx';
import { typedNumber } from './typed-number.ts';

type Kind = QuietProfile['most']['kind'];

const KINDS: readonly Kind[] = ['fan', 'temperature'];
const RANGES = { fan: { from: 20, to: 100 }, temperature: { from: 45, to: 90 } } as const;
const USUAL: QuietProfile = {
  fromMinute: 1_320,
  toMinute: 420,
  most: { kind: 'fan', percent: 40 },
};
const HOUR = 60;

/** Hours in which a card is kept quiet, or cool, by lowering its power limit step by step. */
export function PowerQuiet(props: { card: string; power: CardPower }): ReactNode {
  const { card, power } = props;
  const kept = power.wishes.quiet;
  const first = kept ?? USUAL;
  const call = useCall();
  const task = useTask();
  const [from, setFrom] = useState(() => timeText(first.fromMinute));
  const [to, setTo] = useState(() => timeText(first.toMinute));
  const [kind, setKind] = useState<Kind>(first.most.kind);
  const [most, setMost] = useState(() => String(mostOf(first)));
  const [checked, setChecked] = useState(false);
  const value = typedNumber(most, RANGES[kind]);
  const [fromMinute, toMinute] = [minutesOf(from), minutesOf(to)];
  const save = () => {
    setChecked(true);
    if (value === null || fromMinute === null || toMinute === null) return;
    const ceiling =
      kind === 'fan' ? { kind, percent: value } : { kind: 'temperature' as const, celsius: value };
    const quiet = { fromMinute, toMinute, most: ceiling };
    void task.run(() => call('power.quiet', { card, quiet }));
  };
  return (
    <div className="power-quiet">
      <h4>{t('power.quiet')}</h4>
      <p className="soft">{t('power.quiet.about')}</p>
      {power.quietWatts !== null && (
        <p>{t('power.quiet.now', { value: watts(power.quietWatts) })}</p>
      )}
      <TaskForm
        task={task}
        button={t('form.save')}
        said={t('form.saved')}
        failed="settings.not-saved"
        onSubmit={save}
        tools={
          kept !== null && (
            <button
              type="button"
              className="button"
              onClick={() => void task.run(() => call('power.quiet', { card, quiet: null }))}
            >
              {t('power.quiet.never')}
            </button>
          )
        }
      >
        <div className="power-row">
          <TimeField
            label={t('power.quiet.from')}
            value={from}
            onChange={setFrom}
            checked={checked}
          />
          <TimeField label={t('power.quiet.to')} value={to} onChange={setTo} checked={checked} />
        </div>
        <KindChoice group={`quiet-${card}`} kind={kind} onChoose={setKind} />
        <TextField
          label={t(`power.quiet.most.${kind}`)}
          unit={t(`power.quiet.unit.${kind}`)}
          value={most}
          onChange={setMost}
          error={checked && value === null ? t('power.wrong', RANGES[kind]) : null}
        />
      </TaskForm>
    </div>
  );
}

function TimeField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Whether to say what is wrong with it. */
  checked: boolean;
}): ReactNode {
  const { checked, ...field } = props;
  const isWrong = checked && minutesOf(field.value) === null;
  return <TextField {...field} type="time" error={isWrong ? t('power.quiet.wrong-time') : null} />;
}

function KindChoice(props: {
  group: string;
  kind: Kind;
  onChoose: (kind: Kind) => void;
}): ReactNode {
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{t('power.quiet.what')}</legend>
      {KINDS.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name={props.group}
            checked={one === props.kind}
            onChange={() => props.onChoose(one)}
          />
          <span>{t(`power.quiet.what.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function mostOf({ most }: QuietProfile): number {
  return most.kind === 'fan' ? most.percent : most.celsius;
}

function timeText(minute: number): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${part(Math.floor(minute / HOUR))}:${part(minute % HOUR)}`;
}

/** Null where it is no time of day. */
function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined ? null : Number(hours) * HOUR + Number(minutes);
}

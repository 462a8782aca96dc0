import { type ReactNode, useId } from 'react';
import { t } from '../locales/text.ts';
import { Sign } from './sign.tsx';

/** A panel of radio buttons that apply at once, and say aloud what holds now. */
export function ChoiceGroup(props: {
  title: string;
  about: string;
  /** What was just chosen, in words; null before that. */
  said: string | null;
  failure: string | null;
  children: ReactNode;
}): ReactNode {
  const { title, about, said, failure, children } = props;
  const help = useId();
  return (
    <fieldset className="panel choices" aria-describedby={help}>
      <legend>
        <h2>{title}</h2>
      </legend>
      <p className="soft" id={help}>
        {about}
      </p>
      {/* What was chosen takes the place of when it would hold, so that nothing below moves. */}
      <p className="said tone-earning" role="status">
        {said === null ? (
          <span className="soft">{t('settings.when')}</span>
        ) : (
          <>
            <Sign shape="check" /> {said}
          </>
        )}
      </p>
      {children}
      {failure !== null && <p role="alert">{t('settings.not-saved', { reason: failure })}</p>}
    </fieldset>
  );
}

/** One of the radio buttons of a group; its whole row can be clicked. */
export function Choice(props: {
  group: string;
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChoose: () => void;
  children: ReactNode;
}): ReactNode {
  const { group, label, checked, disabled, onChoose, children } = props;
  const id = useId();
  return (
    <label className="choice">
      <input
        type="radio"
        name={group}
        checked={checked}
        disabled={disabled}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-help`}
        onChange={onChoose}
      />
      <span className="choice-name" id={`${id}-name`}>
        {label}
      </span>
      <span className="choice-help" id={`${id}-help`}>
        {children}
      </span>
    </label>
  );
}

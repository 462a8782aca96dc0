import { type HTMLInputTypeAttribute, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  /** What is wrong with it; null: nothing. */
  readonly error?: string | null;
}

/**
 * A line to type in, with its name above and what is wrong with it below. `keeper` tells a keeper of
 * passwords what it is, in the words of HTML's autocomplete.
 */
export function TextField(
  props: FieldProps & {
    type?: HTMLInputTypeAttribute;
    placeholder?: string;
    unit?: string;
    keeper?: string;
  },
): ReactNode {
  const { label, value, onChange, type = 'text', placeholder, unit, keeper = 'off' } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-line">
        <input
          id={id}
          type={type}
          value={value}
          placeholder={placeholder}
          autoComplete={keeper}
          spellCheck={false}
          aria-invalid={Boolean(props.error)}
          aria-describedby={`${id}-notes`}
          onChange={(event) => onChange(event.target.value)}
        />
        {unit}
      </span>
      <Notes id={`${id}-notes`} field={props} />
    </div>
  );
}

/** The same for several lines. */
export function LinesField(props: FieldProps): ReactNode {
  const { label, value, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        value={value}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={Boolean(props.error)}
        aria-describedby={`${id}-notes`}
        onChange={(event) => onChange(event.target.value)}
      />
      <Notes id={`${id}-notes`} field={props} />
    </div>
  );
}

function Notes(props: { id: string; field: FieldProps }): ReactNode {
  const { help, error } = props.field;
  return (
    <span className="field-notes" id={props.id}>
      {help !== undefined && <span className="soft">{help} </span>}
      {/* There from the start, so that it is read out as soon as something stands in it. */}
      <span className="field-error" role="alert">
        {error}
      </span>
    </span>
  );
}

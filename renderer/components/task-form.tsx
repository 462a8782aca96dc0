import type { ReactNode } from 'react';
import type { Task } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { Sign } from './sign.tsx';

/** Fields that are sent together with one button, which says aloud what became of it. */
export function TaskForm(props: {
  task: Task;
  button: string;
  /** Said when it is done; nothing where the screen shows it anyway. */
  said?: string;
  /** Says that something failed, with `{reason}` for why. */
  failed?: 'settings.not-saved';
  onSubmit: () => void;
  /** More buttons beside the first. */
  tools?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  const { task, button, said, failed, onSubmit, tools, children } = props;
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <div className="choice-tools">
        <button className="button" aria-disabled={task.busy}>
          {task.busy ? t('form.busy') : button}
        </button>
        {tools}
        <span className="tone-earning" role="status">
          {task.done && said !== undefined && (
            <>
              <Sign shape="check" /> {said}
            </>
          )}
        </span>
      </div>
      {task.failure !== null && (
        <p role="alert">{failed ? t(failed, { reason: task.failure }) : task.failure}</p>
      )}
    </form>
  );
}

import type { ReactNode } from 'react';
import type { Task } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { TaskForm } from './task-form.tsx';

/** A panel of settings that are saved together. */
export function SettingsForm(props: {
  title: string;
  about: string;
  task: Task;
  button: string;
  onSubmit: () => void;
  tools?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const { title, about, task, button, onSubmit, tools, children } = props;
  return (
    <Panel title={title} level={3}>
      <p className="soft">{about}</p>
      <TaskForm
        task={task}
        button={button}
        said={t('form.saved')}
        failed="settings.not-saved"
        onSubmit={onSubmit}
        tools={tools}
      >
        {children}
      </TaskForm>
    </Panel>
  );
}

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
  level?: 2 | 3;
  children: ReactNode;
}): ReactNode {
  const { title, about, task, button, onSubmit, tools, level = 3, children } = props;
  return (
    <Panel title={title} level={level}>
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

import type { ReactNode } from 'react';
import type { Stage } from '../../app/contract/job.ts';
import { t } from '../locales/text.ts';

const order: readonly Stage[] = [
  'offered',
  'judging',
  'pulling',
  'running',
  'storing',
  'settling',
  'closed',
];

/** The way of an open job as steps, with the present one marked. */
export function StageSteps(props: { stage: Stage }): ReactNode {
  const at = order.indexOf(props.stage);
  return (
    <ol className="steps" aria-label={t('job.progress')}>
      {order.map((stage, index) => (
        <li
          key={stage}
          className={index < at ? 'done' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          {t(`stage.${stage}`)}
        </li>
      ))}
    </ol>
  );
}

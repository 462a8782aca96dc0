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

/** The way of a job as steps, with the present one marked. */
export function StageSteps(props: { stage: Stage }): ReactNode {
  const at = order.indexOf(props.stage);
  return (
    <ol className="steps" aria-label={t('job.progress')} style={{ marginTop: 14 }}>
      {order.map((stage, index) => (
        <li
          key={stage}
          className={stepClass(index, at)}
          aria-current={index === at ? 'step' : undefined}
        >
          {t(`stage.${stage}`)}
        </li>
      ))}
    </ol>
  );
}

function stepClass(index: number, at: number): string {
  const closed = at === order.length - 1;
  if (index < at || (closed && index === at)) return 'done';
  return index === at ? 'now' : '';
}

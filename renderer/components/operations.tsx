import type { ReactNode } from 'react';
import type { OperationView } from '../../app/contract/job.ts';
import { duration } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';

/** The job's operations and how each went. */
export function Operations(props: { operations: readonly OperationView[] }): ReactNode {
  if (props.operations.length === 0) return null;
  return (
    <Panel title={t('job.operations')}>
      <Facts>
        {props.operations.map((operation) => (
          <Fact name={operation.id} key={operation.id}>
            <span>
              {describe(operation)}
              {operation.problem && <span className="soft"> · {operation.problem}</span>}
            </span>
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}

function describe(operation: OperationView): string {
  const parts = [t(`job.operation.${operation.state}`)];
  if (operation.exitCode !== null) {
    parts.push(t('job.operation.exit', { code: operation.exitCode }));
  }
  if (operation.startedAt !== null && operation.endedAt !== null) {
    parts.push(duration(operation.endedAt - operation.startedAt));
  }
  return parts.join(' · ');
}

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
    <Panel title={t('operations.title')}>
      <Facts>
        {props.operations.map((operation) => (
          <Fact name={operation.id} key={operation.id}>
            <div>
              {inWords(operation)}
              {operation.problem !== null && <p className="soft">{operation.problem}</p>}
            </div>
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}

function inWords(operation: OperationView): string {
  const parts = [t(`operations.${operation.state}`)];
  if (operation.exitCode !== null) {
    parts.push(t('operations.exit', { code: operation.exitCode }));
  }
  if (operation.startedAt !== null && operation.endedAt !== null) {
    parts.push(duration(operation.endedAt - operation.startedAt));
  }
  return parts.join(' · ');
}

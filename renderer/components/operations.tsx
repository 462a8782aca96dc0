import type { ReactNode } from 'react';
import type { EndpointView, OperationView } from '../../app/contract/job.ts';
import { duration } from '../locales/format.ts';
import { plural, t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';

/** The job's operations and how each went; the ports of those that run. */
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
              {operation.endpoints.map((endpoint) => (
                <Port endpoint={endpoint} key={endpoint.port} />
              ))}
            </div>
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}

/** Text to copy, never a link: what answers there is a stranger's program. */
function Port(props: { endpoint: EndpointView }): ReactNode {
  const { port, url, status } = props.endpoint;
  const name = t('operations.port', { port: String(port) });
  return (
    <p className="soft">
      {[name, t(`operations.port.${status}`)].join(' · ')}
      {url !== null && (
        <>
          {' '}
          <code>{url}</code> <CopyButton what={name} text={url} />
        </>
      )}
    </p>
  );
}

function inWords(operation: OperationView): string {
  const parts = [t(`operations.${operation.state}`)];
  if (operation.exitCode !== null) {
    parts.push(t('operations.exit', { code: operation.exitCode }));
  }
  if (operation.restarts > 0) {
    parts.push(plural('operations.restarts', operation.restarts));
  }
  if (operation.startedAt !== null && operation.endedAt !== null) {
    parts.push(duration(operation.endedAt - operation.startedAt));
  }
  return parts.join(' · ');
}

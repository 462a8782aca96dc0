import { type ReactNode, useId, useState } from 'react';
import { Link } from 'wouter';
import type { NetworkKind } from '../../app/contract/network-choices.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { TaskForm } from './task-form.tsx';

/** Practice, or the real network: off until the owner has read what that means. */
export function MainnetChoice(): ReactNode {
  const { kind, acknowledgedAt } = useHost((state) => state.settings.network);
  return (
    <Panel title={t('mainnet.title')} level={3}>
      <p role="status">{t(`mainnet.now.${kind}`)}</p>
      {acknowledgedAt === null ? (
        <FirstTime />
      ) : (
        <>
          <details className="terms">
            <summary>{t('mainnet.read-again')}</summary>
            <Terms />
            <p className="soft">{t('mainnet.read-at', { when: moment(acknowledgedAt) })}</p>
          </details>
          <Switch to={kind === 'mainnet' ? 'practice' : 'mainnet'} />
        </>
      )}
    </Panel>
  );
}

function FirstTime(): ReactNode {
  const [read, setRead] = useState(false);
  const id = useId();
  return (
    <div className="terms">
      <h4>{t('mainnet.before')}</h4>
      <Terms />
      <label className="tick" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={read}
          onChange={(event) => setRead(event.target.checked)}
        />
        {t('mainnet.tick')}
      </label>
      <Switch to="mainnet" first unread={!read} />
    </div>
  );
}

const terms = ['money', 'client', 'unknown', 'asks', 'strangers', 'fees', 'signed', 'off'] as const;

function Terms(): ReactNode {
  return (
    <>
      <ul className="sentences bullets">
        {terms.map((term) => (
          <li key={term}>{t(`mainnet.term.${term}`)}</li>
        ))}
      </ul>
      <p>
        <Link href="/doctor">{t('mainnet.doctor')}</Link>
      </p>
    </>
  );
}

function Switch(props: { to: NetworkKind; first?: boolean; unread?: boolean }): ReactNode {
  const { to, first = false, unread = false } = props;
  const call = useCall();
  const task = useTask();
  const [asked, setAsked] = useState(false);
  const choose = () => {
    setAsked(true);
    if (unread) return;
    void task.run(async () => {
      if (first) await call('network.acknowledge', {});
      await call('network.choose', { kind: to });
    });
  };
  return (
    <TaskForm
      task={task}
      button={t(`mainnet.turn.${to}`)}
      failed="settings.not-saved"
      onSubmit={choose}
    >
      {asked && unread && <p role="alert">{t('mainnet.unread')}</p>}
    </TaskForm>
  );
}

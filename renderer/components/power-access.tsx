import type { ReactNode } from 'react';
import type { Lease } from '../../app/contract/power.ts';
import { nvidiaSmiCommand } from '../../app/contract/power-commands.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Remedy } from './remedy.tsx';

/** How settings of a card may be changed: the exact command before it runs, or what the owner can type. */
export function PowerAccess(props: { card: string }): ReactNode {
  const power = useHost((host) => host.power);
  const { way, command, state, problem } = power.helper;
  const left = power.left.filter((lease) => lease.card === props.card);
  const call = useCall();
  const task = useTask();
  if (state === 'open') return <LeftNote left={left} />;
  if (way === null || command === null) return <Instructions card={props.card} />;
  return (
    <div className="power-access">
      <LeftNote left={left} />
      <p>{t(way === 'pkexec' ? 'power.consent' : 'power.rule')}</p>
      <p className="power-command">
        <code className="break">{command}</code>
        <CopyButton what={t('power.command')} text={command} />
      </p>
      <div className="choice-tools">
        <button
          className="button"
          aria-disabled={state === 'asking'}
          onClick={() => state === 'closed' && void task.run(() => call('power.allow', {}))}
        >
          {t(
            state === 'asking'
              ? 'power.asking'
              : left.length > 0
                ? 'power.put-back'
                : 'power.allow',
          )}
        </button>
      </div>
      {problem !== null && (
        <div role="alert">
          <p className="break">{problem.message}</p>
          <Remedy text={problem.remedy} />
        </div>
      )}
    </div>
  );
}

const EXAMPLES = [
  { kind: 'cap', value: 250 },
  { kind: 'clocks', value: 2_000 },
] as const;

function LeftNote(props: { left: readonly Lease[] }): ReactNode {
  if (props.left.length === 0) return null;
  const what = props.left.map(({ kind }) => t(`power.kind.${kind}`)).join(', ');
  return <p className="tone-hot slow">{t('power.left', { what })}</p>;
}

function Instructions(props: { card: string }): ReactNode {
  return (
    <div className="power-access">
      <p>{t('power.no-way')}</p>
      {EXAMPLES.map(({ kind, value }) => {
        const command = nvidiaSmiCommand(props.card, { kind, value });
        return (
          <p className="power-command" key={kind}>
            <code className="break">{command}</code>
            <CopyButton what={t(`power.kind.${kind}`)} text={command} />
          </p>
        );
      })}
      <p className="soft">{t('power.no-way.back')}</p>
    </div>
  );
}

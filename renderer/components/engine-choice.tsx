import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { EngineFound } from '../../app/contract/settings.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useChoice } from '../host/use-choice.ts';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';
import { Choice, ChoiceGroup } from './choice-group.tsx';

const nothing = {};

/** Which container engine runs the jobs: the first that fits, or one of those that answer. */
export function EngineChoice(): ReactNode {
  const call = useCall();
  const current = useHost((state) => state.settings.engine);
  const [looks, setLooks] = useState(0);
  const { answer, failure, asking } = useQuery('engines.find', nothing, looks);
  const choice = useChoice(current, (address) => call('settings.engine', { address }));
  const engines = answer?.engines ?? [];
  const { value, choose, accepted } = choice;
  return (
    <ChoiceGroup
      title={t('settings.engine')}
      about={t('settings.engine.about')}
      said={accepted && inWords(accepted.value, engines)}
      failure={choice.failure}
    >
      <Choice
        group="engine"
        label={t('settings.engine.automatic')}
        checked={value === null}
        onChoose={() => choose(null)}
      >
        {automatic(engines)}
      </Choice>
      {engines.map((engine) => (
        <EngineRow
          key={engine.address}
          engine={engine}
          checked={value === engine.address}
          onChoose={() => choose(engine.address)}
        />
      ))}
      {value !== null && answer && !engines.some(({ address }) => address === value) && (
        <Choice group="engine" label={value} checked onChoose={() => choose(value)}>
          <span className="why">{t('settings.engine.not-found')}</span>
        </Choice>
      )}
      <div className="choice-tools">
        <button type="button" className="button" onClick={() => setLooks((count) => count + 1)}>
          {t(asking ? 'settings.engine.looking' : 'settings.engine.again')}
        </button>
        <span className="soft" role="status">
          {!asking && engines.length === 0 && failure === null && t('settings.engine.none')}
          {!asking && failure !== null && t('settings.engine.failed', { reason: failure })}
        </span>
      </div>
      <p className="soft">
        {t('settings.engine.prove')} <Link href="/doctor">{t('settings.engine.doctor')}</Link>
      </p>
    </ChoiceGroup>
  );
}

function EngineRow(props: {
  engine: EngineFound;
  checked: boolean;
  onChoose: () => void;
}): ReactNode {
  const { name, address, usable, why } = props.engine;
  return (
    <Choice
      group="engine"
      label={name}
      checked={props.checked}
      disabled={!usable}
      onChoose={props.onChoose}
    >
      <span className="mono">{address}</span>
      {!usable && <span className="why">{why ?? t('settings.engine.unusable')}</span>}
    </Choice>
  );
}

function automatic(engines: readonly EngineFound[]): string {
  const first = engines.find(({ usable }) => usable);
  return first
    ? t('settings.engine.automatic.now', { engine: first.name })
    : t('settings.engine.automatic.help');
}

function inWords(address: string | null, engines: readonly EngineFound[]): string {
  if (address === null) return t('settings.engine.said.automatic');
  const engine = engines.find((one) => one.address === address)?.name ?? address;
  return t('settings.engine.said', { engine });
}

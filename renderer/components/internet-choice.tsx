import type { ReactNode } from 'react';
import type { InternetPolicy } from '../../app/contract/settings.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useChoice } from '../host/use-choice.ts';
import { t } from '../locales/text.ts';
import { Choice, ChoiceGroup } from './choice-group.tsx';

const policies = ['filtered', 'none'] as const satisfies readonly InternetPolicy[];

/** Whether jobs reach the Internet, with what follows from it. */
export function InternetChoice(): ReactNode {
  const call = useCall();
  const current = useHost((state) => state.settings.internet);
  const { value, choose, accepted, failure } = useChoice(current, (internet) =>
    call('settings.internet', { internet }),
  );
  return (
    <ChoiceGroup
      title={t('settings.internet')}
      about={t('settings.internet.about')}
      said={accepted && t(`settings.internet.said.${accepted.value}`)}
      failure={failure}
    >
      {policies.map((policy) => (
        <Choice
          key={policy}
          group="internet"
          label={t(`settings.internet.${policy}`)}
          checked={value === policy}
          onChoose={() => choose(policy)}
        >
          {t(`settings.internet.${policy}.help`)}
        </Choice>
      ))}
    </ChoiceGroup>
  );
}

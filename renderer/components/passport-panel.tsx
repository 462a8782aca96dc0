import type { ReactNode } from 'react';
import type { Passport } from '../../app/contract/job.ts';
import { duration, shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';

/** What was known of the job before it ran, and how it is kept apart from the computer. */
export function PassportPanel(props: { passport: Passport | null }): ReactNode {
  const { passport } = props;
  return (
    <Panel title={t('job.passport')}>
      {passport ? (
        <PassportFacts passport={passport} />
      ) : (
        <p className="soft">{t('job.passport.pending')}</p>
      )}
    </Panel>
  );
}

function PassportFacts(props: { passport: Passport }): ReactNode {
  const { passport } = props;
  const gpu = passport.gpu ? 'yes' : 'no';
  return (
    <Facts>
      <Fact name={t('job.passport.images')}>{passport.images.join(', ')}</Fact>
      <Fact name={t('job.passport.gpu')}>{t(`job.passport.gpu.${gpu}`)}</Fact>
      <Fact name={t('job.passport.ports')}>
        {passport.ports.length > 0 ? passport.ports.join(', ') : t('job.passport.none')}
      </Fact>
      <Fact name={t('job.passport.limit')}>{duration(passport.maxDurationSeconds * 1000)}</Fact>
      <Fact name={t('job.passport.poster')}>
        <span className="mono" title={passport.poster}>
          {shortAddress(passport.poster)}
        </span>
      </Fact>
      <Fact name={t('job.passport.market')}>
        <span className="mono" title={passport.market}>
          {shortAddress(passport.market)}
        </span>
      </Fact>
      {passport.refusals.length > 0 && (
        <Fact name={t('job.passport.refusals')}>
          <Sentences list={passport.refusals} />
        </Fact>
      )}
      <Fact name={t('job.passport.isolation')}>
        <Sentences list={passport.isolation} />
      </Fact>
    </Facts>
  );
}

function Sentences(props: { list: readonly string[] }): ReactNode {
  return (
    <ul>
      {props.list.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

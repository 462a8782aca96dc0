import type { ReactNode } from 'react';
import type { JobDetail, Passport } from '../../app/contract/job.ts';
import { duration, shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';

/** What was known of the job before it ran, and how it is kept apart from the computer. */
export function PassportPanel(props: { job: JobDetail }): ReactNode {
  const { passport, state } = props.job;
  return (
    <Panel title={t('passport.title')}>
      {passport ? (
        <PassportFacts passport={passport} />
      ) : (
        <p className="soft">{t(state === 'closed' ? 'passport.none' : 'passport.pending')}</p>
      )}
    </Panel>
  );
}

function PassportFacts(props: { passport: Passport }): ReactNode {
  const { passport } = props;
  return (
    <Facts>
      <Fact name={t('passport.images')}>
        <Sentences list={passport.images} empty={t('passport.no-images')} />
      </Fact>
      <Fact name={t('passport.gpu')}>{t(`passport.gpu.${passport.gpu ? 'yes' : 'no'}`)}</Fact>
      <Fact name={t('passport.ports')}>
        {passport.ports.length > 0 ? passport.ports.join(', ') : t('passport.no-ports')}
      </Fact>
      <Fact name={t('passport.limit')}>{duration(passport.maxDurationSeconds * 1000)}</Fact>
      <Fact name={t('passport.poster')}>
        <Address what={t('passport.poster')} text={passport.poster} />
      </Fact>
      <Fact name={t('passport.market')}>
        <Address what={t('passport.market')} text={passport.market} />
      </Fact>
      <Fact name={t('passport.isolation')}>
        <Sentences list={passport.isolation} empty={t('unknown')} />
      </Fact>
    </Facts>
  );
}

function Address(props: { what: string; text: string }): ReactNode {
  return (
    <>
      <span className="mono" title={props.text}>
        {shortAddress(props.text)}
      </span>
      <CopyButton what={props.what} text={props.text} />
    </>
  );
}

function Sentences(props: { list: readonly string[]; empty: string }): ReactNode {
  if (props.list.length === 0) return props.empty;
  return (
    <ul className="sentences">
      {props.list.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

import type { ReactNode } from 'react';
import type { Requirement } from '../../app/contract/readiness.ts';
import { t } from '../locales/text.ts';
import { Remedy } from './remedy.tsx';
import { Sign, type SignShape } from './sign.tsx';
import type { Tone } from './tone.ts';
import { Unknown } from './unknown.tsx';

const looks: Readonly<Record<Requirement['verdict'], { tone: Tone; shape: SignShape }>> = {
  met: { tone: 'earning', shape: 'check' },
  fixable: { tone: 'hot', shape: 'triangle' },
  unfixable: { tone: 'fault', shape: 'line' },
  unknown: { tone: 'mine', shape: 'ring' },
};

/** Asked, measured and the verdict, one requirement a row; below it, what to do. */
export function RequirementTable(props: {
  title: string;
  /** True where a heading above says it already. */
  titled?: boolean;
  requirements: readonly Requirement[];
}): ReactNode {
  return (
    <table className="requirements">
      <caption className={props.titled ? 'visually-hidden' : undefined}>{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('readiness.what')}</th>
          <th scope="col">{t('readiness.asked')}</th>
          <th scope="col">{t('readiness.measured')}</th>
          <th scope="col">{t('readiness.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {props.requirements.map((requirement) => (
          <Row requirement={requirement} key={requirement.name} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { requirement: Requirement }): ReactNode {
  const { name, asked, measured, verdict, required, note, remedy } = props.requirement;
  const { tone, shape } = looks[verdict];
  const says = note !== null || remedy !== null;
  return (
    <>
      <tr className={says ? 'with-more' : undefined}>
        <th scope="row">{t(`readiness.name.${name}`)}</th>
        <td>{asked}</td>
        <td>{measured ?? <Unknown why={t('readiness.not-measured')} />}</td>
        <td className={`verdict tone-${tone}`}>
          <Sign shape={shape} />
          <span>
            {t(required || verdict === 'met' ? `readiness.is.${verdict}` : 'readiness.advice')}
          </span>
        </td>
      </tr>
      {says && (
        <tr className="more">
          <td colSpan={4}>
            {note !== null && <p className="soft break">{note}</p>}
            {remedy !== null && <Remedy text={remedy} />}
          </td>
        </tr>
      )}
    </>
  );
}

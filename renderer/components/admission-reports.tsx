import type { ReactNode } from 'react';
import type { AdmissionReport, AdmissionState } from '../../app/contract/admission.ts';
import { useHost } from '../host/host-context.tsx';
import { shortAddress } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { Sign } from './sign.tsx';
import { Unknown } from './unknown.tsx';

/** What the network itself measured of each identity; nothing before it did. */
export function AdmissionReports(): ReactNode {
  const identities = useHost((state) => state.identities);
  const reports = identities.flatMap(({ address, admission }) => {
    const report = reportOf(admission);
    return report === null ? [] : [{ address, report }];
  });
  if (reports.length === 0) return null;
  return (
    <Panel title={t('report.title')}>
      <p className="soft">{t('report.about')}</p>
      {reports.map(({ address, report }) => (
        <Metrics address={address} report={report} key={address} />
      ))}
    </Panel>
  );
}

function Metrics(props: { address: string; report: AdmissionReport }): ReactNode {
  const { passed, metrics } = props.report;
  const address = shortAddress(props.address);
  return (
    <table className="requirements">
      <caption>{t(passed ? 'report.passed' : 'report.failed', { address })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('readiness.what')}</th>
          <th scope="col">{t('readiness.asked')}</th>
          <th scope="col">{t('readiness.measured')}</th>
          <th scope="col">{t('readiness.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric, index) => (
          <MetricRow metric={metric} key={index} />
        ))}
      </tbody>
    </table>
  );
}

function MetricRow(props: { metric: AdmissionReport['metrics'][number] }): ReactNode {
  const { name, rule, measured, passed, failure } = props.metric;
  return (
    <>
      <tr className={failure === null ? undefined : 'with-more'}>
        <th scope="row">{name}</th>
        <td>{rule}</td>
        <td>{measured ?? <Unknown why={t('readiness.not-measured')} />}</td>
        <td className={`verdict tone-${passed ? 'earning' : 'hot'}`}>
          <Sign shape={passed ? 'check' : 'triangle'} />
          <span>{t(passed ? 'readiness.is.met' : 'report.not-met')}</span>
        </td>
      </tr>
      {failure !== null && (
        <tr className="more">
          <td colSpan={4}>
            <p className="soft break">{failure}</p>
          </td>
        </tr>
      )}
    </>
  );
}

function reportOf(admission: AdmissionState | null): AdmissionReport | null {
  const isMeasured = admission?.step === 'admitted' || admission?.step === 'not-qualified';
  return isMeasured ? admission.report : null;
}

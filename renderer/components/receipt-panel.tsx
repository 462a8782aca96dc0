import type { ReactNode } from 'react';
import type { JobDetail, Receipt } from '../../app/contract/job.ts';
import { duration, moment, nos, nosPerHour } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';
import { PracticeMark } from './practice-mark.tsx';

/** What the job brought, to the base unit, and the transaction that proves it. */
export function ReceiptPanel(props: { job: JobDetail }): ReactNode {
  const { receipt } = props.job;
  return (
    <Panel title={t('job.receipt')} aside={props.job.practice && <PracticeMark />}>
      {receipt ? (
        <ReceiptFacts receipt={receipt} />
      ) : (
        <p className="soft">{t('job.receipt.pending')}</p>
      )}
    </Panel>
  );
}

function ReceiptFacts(props: { receipt: Receipt }): ReactNode {
  const { receipt } = props;
  return (
    <Facts>
      <Fact name={t('job.receipt.gross')}>
        <b>{nos(receipt.grossBaseUnits, 6)} NOS</b>
      </Fact>
      <Fact name={t('job.receipt.seconds')}>{duration(receipt.paidSeconds * 1000)}</Fact>
      <Fact name={t('job.receipt.price')}>
        {t('job.receipt.price.value', { price: nosPerHour(receipt.pricePerSecond) })}
      </Fact>
      <Fact name={t('job.receipt.refund')}>{nos(receipt.refundBaseUnits, 6)} NOS</Fact>
      <Fact name={t('job.receipt.power')}>
        {receipt.powerWattHours === null
          ? t('job.receipt.power.unknown')
          : t('job.receipt.power.value', { value: receipt.powerWattHours.toFixed(1) })}
      </Fact>
      <Fact name={t('job.receipt.settled')}>{moment(receipt.settledAt)}</Fact>
      <Fact name={t('job.receipt.network')}>{receipt.network}</Fact>
      <Fact name={t('job.receipt.transaction')}>
        {receipt.transaction === null ? (
          t('job.receipt.no-transaction')
        ) : (
          <Address what={t('job.receipt.transaction')} text={receipt.transaction} />
        )}
      </Fact>
      {receipt.resultCid !== null && (
        <Fact name={t('job.receipt.result')}>
          <Address what={t('job.receipt.result')} text={receipt.resultCid} />
        </Fact>
      )}
    </Facts>
  );
}

function Address(props: { what: string; text: string }): ReactNode {
  return (
    <>
      <span className="mono break">{props.text}</span>
      <CopyButton what={props.what} text={props.text} />
    </>
  );
}

import type { ReactNode } from 'react';
import type { JobDetail, Receipt } from '../../app/contract/job.ts';
import { duration, nosAmount, nosPerHour, wattHours } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Fact, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';
import { PracticeMark } from './practice-mark.tsx';

/** What the job brought, to the base unit, and the transaction that proves it. */
export function ReceiptPanel(props: { job: JobDetail }): ReactNode {
  const { receipt, practice, state } = props.job;
  return (
    <Panel title={t('receipt.title')} aside={practice && <PracticeMark />}>
      {receipt ? (
        <ReceiptFacts receipt={receipt} />
      ) : (
        <p className="soft">{t(state === 'closed' ? 'receipt.none' : 'receipt.pending')}</p>
      )}
    </Panel>
  );
}

function ReceiptFacts(props: { receipt: Receipt }): ReactNode {
  const { receipt } = props;
  return (
    <Facts>
      <Fact name={t('receipt.gross')}>
        <b>{nosAmount(receipt.grossBaseUnits, 6)}</b>
      </Fact>
      <Fact name={t('receipt.seconds')}>{duration(receipt.paidSeconds * 1000)}</Fact>
      <Fact name={t('receipt.price')}>{nosPerHour(receipt.pricePerSecond)}</Fact>
      <Fact name={t('receipt.refund')}>{nosAmount(receipt.refundBaseUnits, 6)}</Fact>
      <Fact name={t('receipt.power')}>
        {receipt.powerWattHours === null
          ? t('receipt.power.unknown')
          : wattHours(receipt.powerWattHours)}
      </Fact>
      <Fact name={t('receipt.settled')}>{moment(receipt.settledAt)}</Fact>
      <Fact name={t('receipt.network')}>{receipt.network}</Fact>
      <Fact name={t('receipt.transaction')}>
        {receipt.transaction === null ? (
          t('receipt.no-transaction')
        ) : (
          <Proof what={t('receipt.transaction')} text={receipt.transaction} />
        )}
      </Fact>
      {receipt.resultCid !== null && (
        <Fact name={t('receipt.result')}>
          <Proof what={t('receipt.result')} text={receipt.resultCid} />
        </Fact>
      )}
    </Facts>
  );
}

function Proof(props: { what: string; text: string }): ReactNode {
  return (
    <>
      <span className="mono">{props.text}</span>
      <CopyButton what={props.what} text={props.text} />
    </>
  );
}

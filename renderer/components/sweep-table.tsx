import type { ReactNode } from 'react';
import { hourOf, incomeOf } from '../../app/contract/electricity.ts';
import type { SweepPoint, SweepReport } from '../../app/contract/sweep.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { degrees, money, percent, rate, watts } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';

/** What the card does, draws and leaves over at each power limit, and which limit is proposed. */
export function SweepTable(props: { report: SweepReport }): ReactNode {
  const { points, work, startedAt, kneeWatts, disturbedBy } = props.report;
  const prices = useHost((state) => state.settings.money);
  const isPractice = useHost((state) => state.network.practice);
  return (
    <div className="sweep">
      <h4>{t('sweep.title')}</h4>
      <p className="soft">{moment(startedAt)}</p>
      <Proposal report={props.report} />
      {disturbedBy.length > 0 && (
        <p className="tone-hot slow break">
          {t('sweep.disturbed', { what: disturbedBy.join(' ') })}
        </p>
      )}
      <table className="benchmark-table">
        <caption className="visually-hidden">{t('sweep.figures')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('sweep.limit')}</th>
            <th scope="col">{t('sweep.speed')}</th>
            <th scope="col">{t('sweep.share')}</th>
            <th scope="col">{t('sweep.draws')}</th>
            <th scope="col">{t('sweep.heat')}</th>
            {prices.perKwh !== null && <th scope="col">{t('sweep.costs')}</th>}
            {prices.perKwh !== null && prices.perNos !== null && (
              <th scope="col">{t('sweep.leaves')}</th>
            )}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.capWatts} className={point.capWatts === kneeWatts ? 'knee' : undefined}>
              <th scope="row">{watts(point.capWatts)}</th>
              <td>{rate(point.perSecond, work.unit)}</td>
              <td>
                <span className="share tone-earning">
                  <span>{percent(point.share * 100)}</span>
                  <i style={{ width: `${Math.min(1, point.share) * 100}%` }} />
                </span>
              </td>
              <td>{watts(point.watts)}</td>
              <td>{degrees(point.celsius)}</td>
              <MoneyCells point={point} />
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">{t(prices.perKwh === null ? 'sweep.no-tariff' : 'sweep.paid-by-time')}</p>
      {isPractice && prices.perNos !== null && <p className="soft">{t('sweep.practice')}</p>}
    </div>
  );
}

function MoneyCells(props: { point: SweepPoint }): ReactNode {
  const { currency, perKwh, perNos } = useHost((state) => state.settings.money);
  // What practice pays is worth nothing.
  const market = useHost(({ network, market: terms }) => (network.practice ? null : terms));
  const { watts: drawn } = props.point;
  if (perKwh === null) return null;
  const income =
    market === null || perNos === null ? null : incomeOf(market.pricePerSecond, perNos);
  const hour = drawn === null ? null : hourOf(drawn, perKwh, income);
  return (
    <>
      <td>{hour === null ? t('unknown') : money(hour.cost, currency)}</td>
      {perNos !== null && <td>{hour?.net == null ? t('unknown') : money(hour.net, currency)}</td>}
    </>
  );
}

function Proposal(props: { report: SweepReport }): ReactNode {
  const { card, points, kneeWatts } = props.report;
  const call = useCall();
  const task = useTask();
  const canTry = useHost(({ power, benchmark }) =>
    power.helper.state === 'open' ? benchmark.running === null : false,
  );
  const [usual] = points;
  const knee = points.find(({ capWatts }) => capWatts === kneeWatts);
  if (knee === undefined || usual === undefined) return <p>{t('sweep.no-knee')}</p>;
  const saved = usual.watts === null || knee.watts === null ? 0 : 1 - knee.watts / usual.watts;
  const setting = { kind: 'cap', value: knee.capWatts } as const;
  return (
    <>
      <p>
        {t('sweep.knee', {
          limit: watts(knee.capWatts),
          speed: percent(knee.share * 100),
          saved: percent(saved * 100),
        })}
      </p>
      {canTry && (
        <div className="choice-tools">
          <button
            className="button"
            onClick={() => void task.run(() => call('power.try', { card: card.uuid, setting }))}
          >
            {t('sweep.try', { limit: watts(knee.capWatts) })}
          </button>
        </div>
      )}
      {task.failure !== null && <p role="alert">{task.failure}</p>}
    </>
  );
}

import type { ReactNode } from 'react';
import type { CostPreview } from '../../app/contract/costs.ts';
import { useHost } from '../host/host-context.tsx';
import { useQuery } from '../host/use-query.ts';
import { solAmount } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { PracticeMark } from './practice-mark.tsx';

/** What lending in the market of now takes from the wallet, before anything is signed. */
export function CostsPanel(): ReactNode {
  const market = useHost((state) => state.market?.address ?? null);
  const lamports = useHost((state) => state.wallet.lamports);
  const practice = useHost((state) => state.network.practice);
  return (
    <Panel level={3} title={t('costs.title')}>
      <p className="soft">
        {t('costs.about')} {practice ? <PracticeMark /> : null}
      </p>
      {market === null ? (
        <p>{t('costs.no-market')}</p>
      ) : (
        <Costs revision={`${market} ${lamports ?? ''}`} />
      )}
    </Panel>
  );
}

function Costs(props: { revision: string }): ReactNode {
  const { answer, failure } = useQuery('network.costs', { address: null }, props.revision);
  if (failure !== null) return <p role="alert">{failure}</p>;
  return answer === null ? null : <CostTable costs={answer} />;
}

function CostTable({ costs }: { costs: CostPreview }): ReactNode {
  const { items, total, balance, missing } = costs;
  const isShort = missing !== '0';
  return (
    <table className="costs">
      <thead>
        <tr>
          <th scope="col">{t('costs.what')}</th>
          <th scope="col" className="number">
            {t('costs.amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ code, text, lamports }) => (
          <tr key={code}>
            <th scope="row">{text}</th>
            <td className="number">{solAmount(lamports)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('costs.total')}</th>
          <td className="number">{solAmount(total)}</td>
        </tr>
        <tr>
          <th scope="row">{t('costs.balance')}</th>
          <td className="number">{solAmount(balance)}</td>
        </tr>
        {isShort ? (
          <tr className="tone-hot">
            <th scope="row">{t('costs.missing')}</th>
            <td className="number">{solAmount(missing)}</td>
          </tr>
        ) : null}
      </tfoot>
    </table>
  );
}

import type { ReactNode } from 'react';
import type { Outcome } from '../../app/contract/job.ts';
import { t } from '../locales/text.ts';

/** Which jobs are listed. */
export type Filter = Outcome | 'open' | 'all';

const filters: readonly Filter[] = [
  'all',
  'open',
  'paid',
  'handed-back',
  'ended-by-client',
  'refused',
  'lost',
];

/** Chooses jobs by their outcome. */
export function JobFilter(props: {
  filter: Filter;
  onChange: (filter: Filter) => void;
}): ReactNode {
  return (
    <select
      value={props.filter}
      aria-label={t('jobs.filter')}
      onChange={(event) => {
        const chosen = filters.find((name) => name === event.target.value);
        if (chosen) props.onChange(chosen);
      }}
    >
      {filters.map((name) => (
        <option key={name} value={name}>
          {t(`outcome.${name}`)}
        </option>
      ))}
    </select>
  );
}

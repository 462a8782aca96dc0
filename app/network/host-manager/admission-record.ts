import { z } from 'zod';
import type { AdmissionReport } from '../../contract/admission.ts';
import type { NetworkSettings } from '../nosana/settings.ts';
import type { FeedbackReport } from './answers.ts';

const Admitted = z.object({ market: z.string(), name: z.string().nullable() });
type Admitted = z.infer<typeof Admitted>;

/** The market that let this host in, kept over restarts: for when nobody can be asked. */
export interface AdmissionRecord {
  read(): Admitted | null;
  /** Null forgets it. */
  write(admitted: Admitted | null): void;
}

/** Keeps it in the settings, by host. */
export function createAdmissionRecord(settings: NetworkSettings, host: string): AdmissionRecord {
  const key = `network.admitted.${host}`;
  return {
    read: () => {
      const text = settings.get(key);
      return text === null || text === '' ? null : (Admitted.safeParse(parse(text)).data ?? null);
    },
    write: (admitted) => settings.set(key, admitted === null ? '' : JSON.stringify(admitted)),
  };
}

/** The network's report on this computer, as people see it. */
export function reportOf(report: FeedbackReport): AdmissionReport {
  return {
    market: report.marketName ?? report.marketAddress,
    passed: report.passed,
    metrics: report.metrics.map((metric) => ({
      name: metric.metricKey,
      measured: measuredText(metric.measuredValue ?? null),
      rule: metric.ruleDescription,
      passed: metric.passed,
      failure: metric.failureMessage ?? null,
    })),
  };
}

function measuredText(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value).slice(0, 100);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

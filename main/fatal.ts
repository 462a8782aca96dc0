import { app, dialog } from 'electron';
import { toErrorReport } from '../app/contract/errors.ts';

/** Tells the owner why Offpeak could not start, then ends. */
export function reportFatal(error: unknown): void {
  const report = toErrorReport(error);
  dialog.showErrorBox('Offpeak could not start', `${report.message}\n\n${report.remedy}`);
  app.exit(1);
}

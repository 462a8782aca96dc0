import { toErrorReport } from '../app/contract/errors.ts';
import { start } from './commands/start.ts';

// What `npm start` runs where there is no Electron: `offpeak start --headless`.
try {
  await start({ values: { headless: true }, positionals: [], env: process.env });
} catch (error) {
  const report = toErrorReport(error);
  process.stderr.write(`offpeak: ${report.message}\n${report.remedy}\n`);
  process.exitCode = 1;
}

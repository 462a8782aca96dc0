import { type ReactNode, useState } from 'react';
import { reasonOf, useCall, useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** How long the browser may take to begin writing the file. */
const BEGIN_MS = 60_000;

/** Saves all receipts as comma-separated values. */
export function CsvButton(): ReactNode {
  const call = useCall();
  const any = useHost((state) => state.earnings.jobsTotal > 0);
  const [failure, setFailure] = useState<string | null>(null);
  const save = () => {
    setFailure(null);
    call('jobs.csv', {}).then(download, (error: unknown) => setFailure(reasonOf(error)));
  };
  return (
    <>
      <button className="button" disabled={!any} onClick={save}>
        {t('jobs.csv')}
      </button>
      {failure !== null && <span role="alert">{failure}</span>}
    </>
  );
}

function download(file: { fileName: string; text: string }): void {
  const address = URL.createObjectURL(new Blob([file.text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), BEGIN_MS);
}

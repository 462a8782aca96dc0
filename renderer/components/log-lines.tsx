import { memo, type ReactNode } from 'react';
import type { LogLine } from '../../app/contract/job.ts';
import { terminalText } from './terminal-text.ts';

/** Some lines of a job's output. Text of jobs is shown as text and nothing else. */
export const LogLines = memo(function LogLines(props: {
  lines: readonly LogLine[];
  several: boolean;
}): ReactNode {
  return props.lines.map((line, index) => (
    // Lines are only ever added at the end: a position names a line for good.
    <div className={line.stream} key={index}>
      {props.several && <span className="operation">{line.operation} </span>}
      {/* An empty line has a height, too. */}
      {terminalText(line.text) || ' '}
    </div>
  ));
});

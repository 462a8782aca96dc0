import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Columns } from './chart-data.ts';
import { useColours } from './use-colours.ts';

interface LineChartProps {
  readonly columns: Columns;
  /** UTC milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The axis goes from 0 to here, or higher where a value is. */
  readonly top: number;
  /** All that a chart says, in words. */
  readonly label: string;
  /** A value with its unit, and a moment (UTC milliseconds), as the axes show them. */
  readonly value: (value: number) => string;
  readonly moment: (at: number) => string;
}

const HEIGHT = 136;
const AXIS_WIDTH = 66;
const AXIS_HEIGHT = 26;
const FONT = '11.5px "Inter Variable", Inter, system-ui, sans-serif';

/** One value over time: a line of the means in a band from the lowest to the highest. */
export function LineChart(props: LineChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = useColours();
  const { columns, from, to, top, label, value, moment } = props;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const width = element.clientWidth;
    const made = new uPlot(optionsOf({ colours, value, moment, width }), emptyData, element);
    plot.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [colours, value, moment]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    const { seconds, low, mean, high } = columns;
    made.batch(() => {
      made.setData([seconds, low, mean, high], false);
      made.setScale('x', { min: from / 1_000, max: to / 1_000 });
      const highest = high.reduce<number>((most, one) => Math.max(most, one ?? 0), top);
      made.setScale('y', { min: 0, max: highest });
    });
  }, [columns, from, to, top, colours, value, moment]);

  return <div className="chart" ref={place} role="img" aria-label={label} />;
}

const emptyData: uPlot.AlignedData = [[], [], [], []];

function optionsOf(
  of: Pick<LineChartProps, 'value' | 'moment'> & {
    colours: ReturnType<typeof useColours>;
    width: number;
  },
): uPlot.Options {
  const { colours, value, moment, width } = of;
  const axis = { stroke: colours.soft, font: FONT, grid: { stroke: colours.line, width: 1 } };
  const edge = { stroke: 'transparent', points: { show: false } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    // Nothing to drag or to zoom: the period is chosen above.
    cursor: { show: false },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      {
        ...axis,
        ticks: { show: false },
        size: AXIS_HEIGHT,
        space: 90,
        values: (_, at) => at.map((one) => moment(one * 1_000)),
      },
      {
        ...axis,
        ticks: { show: false },
        size: AXIS_WIDTH,
        space: 34,
        values: (_, values) => values.map(value),
      },
    ],
    series: [{}, edge, { stroke: colours.tone, width: 1.75, points: { show: false } }, edge],
    bands: [{ series: [3, 1], fill: colours.band }],
  };
}

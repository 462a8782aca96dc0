import { describe, expect, it } from 'vitest';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { parseSmiLog, type SmiLog } from '../../../app/gpu/parse.ts';
import { smiProcesses } from '../../../app/gpu/smi-processes.ts';
import { logOf, recording } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';

const MIB = 1024 ** 2;

async function parse(xml: string): Promise<SmiLog> {
  const log = parseSmiLog(await logOf(xml));
  if (log === null) throw new Error('not understood');
  return log;
}

describe('what the recordings of real cards say', () => {
  it('a GeForce RTX 3060 at rest, driver 570', async () => {
    expect(await parse(recording('rtx-3060-v12.xml'))).toEqual({
      driver: '570.124.04',
      cuda: '12.8',
      faults: [],
      cards: [
        {
          index: 0,
          name: 'NVIDIA GeForce RTX 3060',
          uuid: 'GPU-d6889ff6-2523-9142-ca3c-1ca3f396a625',
          memoryBytes: 12288 * MIB,
          memoryUsedBytes: 116 * MIB,
          temperatureC: 42,
          memoryTemperatureC: null,
          slowdownC: 95,
          highestC: 93,
          powerWatts: 11.6,
          powerLimitWatts: 170,
          powerDefaultWatts: 170,
          powerMinWatts: 100,
          powerMaxWatts: 190,
          energyJoules: null,
          fanPercent: 0,
          utilizationPercent: 0,
          memoryUtilizationPercent: 0,
          coreClockMhz: 210,
          memoryClockMhz: 405,
          performanceState: 8,
          slowReasons: ['idle'],
          pcieGen: 1,
          pcieWidth: 16,
          pcieMaxGen: 4,
          pcieMaxWidth: 16,
          ecc: null,
          remappedRows: null,
          isAsleep: false,
        },
      ],
    });
  });

  it('a GeForce RTX 3080 under Windows: the limit is the one in force, not the factory one', async () => {
    const { driver, cards } = await parse(recording('rtx-3080-v12.xml'));
    expect(driver).toBe('536.40');
    expect(cards).toMatchObject([
      { name: 'NVIDIA GeForce RTX 3080', powerWatts: 22.78, powerLimitWatts: 336, pcieGen: 4 },
    ]);
  });

  it('an RTX 4000 Ada with the newest schema, driver 595', async () => {
    const { driver, cuda, cards } = await parse(recording('rtx-4000-sff-ada-v13.xml'));
    expect({ driver, cuda }).toEqual({ driver: '595.84', cuda: '13.2' });
    expect(cards).toMatchObject([
      { memoryUsedBytes: 3534 * MIB, powerWatts: 8.81, powerLimitWatts: 70, fanPercent: 30 },
    ]);
  });

  it('a data-centre H200 under full load, driver 580: no fan, and nearly all of its limit', async () => {
    const { driver, cuda, cards } = await parse(recording('h200-v13.xml'));
    expect({ driver, cuda }).toEqual({ driver: '580.159.04', cuda: '13.0' });
    expect(cards).toMatchObject([
      {
        name: 'NVIDIA H200',
        memoryBytes: 143771 * MIB,
        memoryUsedBytes: 883 * MIB,
        temperatureC: 57,
        powerLimitWatts: 700,
        fanPercent: null,
        pcieGen: 5,
        pcieWidth: 16,
        memoryTemperatureC: 46,
        memoryUtilizationPercent: 22,
        performanceState: 0,
        slowReasons: ['power-cap'],
        ecc: { corrected: 0, uncorrected: 0 },
        remappedRows: { corrected: 0, uncorrected: 0, isPending: false, hasFailed: false },
      },
    ]);
  });

  it('a Tesla T4 with the older power schema, no fan, and half its lanes', async () => {
    const { cards } = await parse(recording('tesla-t4.xml'));
    expect(cards).toMatchObject([
      { powerWatts: 26.78, powerLimitWatts: 70, fanPercent: null, pcieGen: 3, pcieWidth: 8 },
    ]);
  });

  it('a Quadro P400 of 2019 that does not measure its power', async () => {
    const { driver, cuda, cards } = await parse(recording('quadro-p400.xml'));
    expect({ driver, cuda }).toEqual({ driver: '418.43', cuda: '10.1' });
    expect(cards).toMatchObject([
      { name: 'Quadro P400', temperatureC: 33, powerWatts: null, powerLimitWatts: null },
    ]);
  });

  it('a GTX 1070 Ti whose document names neither driver nor limits', async () => {
    const { driver, cuda, cards } = await parse(recording('gtx-1070-ti.xml'));
    expect({ driver, cuda }).toEqual({ driver: null, cuda: null });
    expect(cards).toMatchObject([
      { memoryBytes: 4096 * MIB, fanPercent: 100, powerWatts: null, powerLimitWatts: null },
    ]);
  });

  it('an A100 cut into MIG slices counts as one card with all its memory', async () => {
    const { cards } = await parse(recording('a100-sxm4-v12.xml'));
    expect(cards).toHaveLength(1);
    expect(cards).toMatchObject([
      { memoryBytes: 81920 * MIB, memoryUsedBytes: 50 * MIB, powerWatts: 67.03 },
    ]);
    // Under MIG the driver measures no utilisation of the whole card.
    expect(cards[0]?.utilizationPercent).toBeNull();
  });
});

describe('who uses the cards', () => {
  const MEBIBYTE = 1024 ** 2;
  const used = async (xml: string) => smiProcesses(await logOf(xml));

  it('is told with its kind and its memory', async () => {
    expect(await used(recording('h200-v13.xml'))).toEqual([
      { index: 0, pid: 1458, name: 'python3', kind: 'compute', memoryBytes: 874 * MEBIBYTE },
    ]);
    const drawing = await used(recording('rtx-4000-sff-ada-v13.xml'));
    expect(drawing.slice(0, 2)).toMatchObject([
      { pid: 1842, name: 'cosmic-comp', kind: 'graphics' },
      { pid: 3190, kind: 'graphics' },
    ]);
    expect(await used(recording('rtx-3060-v12.xml'))).toEqual([]);
  });

  it('counts twice where it computes and draws, and has no memory where that is not told', async () => {
    const info =
      '<process_info><pid>7</pid><type>C+G</type><used_memory>N/A</used_memory></process_info>';
    const xml = `<nvidia_smi_log><gpu/><gpu><processes>${info}<process_info/></processes></gpu></nvidia_smi_log>`;
    expect(await used(xml)).toEqual([
      { index: 1, pid: 7, name: null, kind: 'compute', memoryBytes: null },
      { index: 1, pid: 7, name: null, kind: 'graphics', memoryBytes: null },
    ]);
  });
});

describe('several cards', () => {
  const gpu = (name: string, uuid: string, minor: number): string =>
    `<gpu id="${minor}"><product_name>${name}</product_name><uuid>${uuid}</uuid><minor_number>${minor}</minor_number></gpu>`;
  const log = (...gpus: string[]): string =>
    `<?xml version="1.0" ?><nvidia_smi_log><driver_version>580.1</driver_version>${gpus.join('')}</nvidia_smi_log>`;

  it('are numbered in their order, whatever the device files are called', async () => {
    const { cards } = await parse(log(gpu('First', 'GPU-a', 1), gpu('Second', 'GPU-b', 0)));
    expect(cards.map(({ index, name, uuid }) => ({ index, name, uuid }))).toEqual([
      { index: 0, name: 'First', uuid: 'GPU-a' },
      { index: 1, name: 'Second', uuid: 'GPU-b' },
    ]);
  });

  it('keep their own numbers', async () => {
    const [t4, rtx] = [recording('tesla-t4.xml'), recording('rtx-3060-v12.xml')];
    const first = /<gpu [\s\S]*<\/gpu>/.exec(t4)?.[0] ?? '';
    const { cards } = await parse(rtx.replace('<gpu ', `${first}<gpu `));
    expect(cards).toMatchObject([
      { index: 0, name: 'Tesla T4', powerWatts: 26.78, memoryBytes: 15360 * MIB },
      { index: 1, name: 'NVIDIA GeForce RTX 3060', powerWatts: 11.6, memoryBytes: 12288 * MIB },
    ]);
  });

  it('can be none at all', async () => {
    expect((await parse(log())).cards).toEqual([]);
    expect((await parse('<nvidia_smi_log></nvidia_smi_log>')).cards).toEqual([]);
  });

  it('a card that says nothing is still a card', async () => {
    const { cards } = await parse(log('<gpu id="0"></gpu>'));
    expect(cards).toEqual([blankCard({ index: 0, name: 'Unknown NVIDIA card', uuid: null })]);
  });
});

describe('a number that is missing', () => {
  const withFan = async (text: string): Promise<number | null | undefined> => {
    const xml = recording('rtx-3060-v12.xml').replace('<fan_speed>0 %<', `<fan_speed>${text}<`);
    return (await parse(xml)).cards[0]?.fanPercent;
  };

  it.each([
    'N/A',
    '[N/A]',
    '[Not Supported]',
    '[Not Found]',
    'Unknown Error',
    '[Unknown Error]',
    'ERR!',
    'Requested functionality has been deprecated',
    'Insufficient Permissions',
    '',
    '-1 %',
    '30',
    '30 RPM',
    'nan %',
  ])('%j is unknown, never zero', async (text) => {
    expect(await withFan(text)).toBeNull();
  });

  it('a real zero stays zero, and a fan may exceed its nominal speed', async () => {
    expect(await withFan('0 %')).toBe(0);
    expect(await withFan('104 %')).toBe(104);
  });

  it('a frozen card is colder than zero', async () => {
    const xml = recording('rtx-3060-v12.xml').replace('>42 C<', '>-3 C<');
    expect((await parse(xml)).cards[0]?.temperatureC).toBe(-3);
  });

  it('the driver and CUDA versions are unknown when they are no versions', async () => {
    const xml = recording('rtx-3060-v12.xml')
      .replace('>570.124.04</driver', '>N/A</driver')
      .replace('>12.8</cuda', '>ERR!</cuda');
    expect(await parse(xml)).toMatchObject({ driver: null, cuda: null });
  });
});

describe('the power of a card', () => {
  const powerOf = async (readings: string): Promise<number | null | undefined> => {
    const xml = `<nvidia_smi_log><gpu id="0">${readings}</gpu></nvidia_smi_log>`;
    return (await parse(xml)).cards[0]?.powerWatts;
  };

  it('is the instant one where no mean is measured', async () => {
    const readings =
      '<average_power_draw>N/A</average_power_draw><instant_power_draw>61.5 W</instant_power_draw>';
    expect(await powerOf(`<gpu_power_readings>${readings}</gpu_power_readings>`)).toBe(61.5);
  });

  it('is not that of the module, which includes a processor', async () => {
    const module =
      '<module_power_readings><power_draw>500.00 W</power_draw></module_power_readings>';
    const own = '<gpu_power_readings><power_draw>N/A</power_draw></gpu_power_readings>';
    expect(await powerOf(own + module)).toBeNull();
  });
});

describe('a card that fell off the bus while the others work', () => {
  it.each([
    ['GPU is lost', 'lost'],
    ['[GPU requires reset]', 'needs-reset'],
  ])('%j is a fault of that card', async (words, kind) => {
    const broken = `<gpu id="1"><product_name>${words}</product_name><fan_speed>${words}</fan_speed></gpu>`;
    const { cards, faults } = await parse(
      recording('rtx-3060-v12.xml').replace('</gpu>', `</gpu>${broken}`),
    );
    expect(cards.map((card) => card.name)).toEqual([
      'NVIDIA GeForce RTX 3060',
      'Unknown NVIDIA card',
    ]);
    expect(faults).toEqual([{ index: 1, kind }]);
  });

  it('a program of a job cannot claim it by its name', async () => {
    const xml = recording('rtx-4000-sff-ada-v13.xml').replace(
      /<process_name>[^<]*</,
      '<process_name>GPU is lost<',
    );
    expect(xml).toContain('GPU is lost');
    expect((await parse(xml)).faults).toEqual([]);
  });
});

describe('what is no document of nvidia-smi', () => {
  it.each([null, undefined, 'text', 7, [], {}, { html: {} }, { nvidia_smi_log: undefined }])(
    '%j is not understood',
    (log) => expect(parseSmiLog(log)).toBeNull(),
  );

  it('an element that is called like something every object has is not mistaken for it', () => {
    expect(parseSmiLog({ nvidia_smi_log: { gpu: { constructor: {} } } })?.cards).toHaveLength(1);
    expect(parseSmiLog(Object.create({ nvidia_smi_log: {} }))).toBeNull();
  });
});

/** Numbers with their units. The numbers themselves come from Intl. */
export const units = {
  unknown: '–',
  'unit.nos': '{amount} NOS',
  'unit.nos-per-hour': '{amount} NOS/h',
  'unit.percent': '{value}%',
  'unit.degrees': '{value}°',
  'unit.watts': '{value} W',
  'unit.watt-hours': '{value} Wh',
  'unit.mebibytes': '{value} MiB',
  'unit.gibibytes': '{value} GiB',
  'unit.part-of': '{part} of {whole}',
  'duration.seconds': '{seconds} s',
  'duration.minutes': '{minutes} min',
  'duration.hours': '{hours} h',
  'duration.hours-minutes': '{hours} h {minutes} min',
} as const;

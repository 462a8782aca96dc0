/** Day and time, as receipts show it. UTC milliseconds in, the owner's own time out. */
export function moment(at: number): string {
  return full.format(at);
}

/** As short as a list allows: the time of today, day and time of this year, the date before. */
export function shortMoment(at: number, now = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return timeOfDay.format(at);
  return (date.getFullYear() === today.getFullYear() ? dayOfYear : day).format(at);
}

/** Time of day to the second. */
export function clock(at: number): string {
  return seconds.format(at);
}

/** Time of day to the minute. */
export function clockMinutes(at: number): string {
  return timeOfDay.format(at);
}

/** Day and month, as an axis shows them. */
export function dayAndMonth(at: number): string {
  return dayOfMonth.format(at);
}

/** Month and year. */
export function monthAndYear(at: number): string {
  return monthOfYear.format(at);
}

/** The hours 0, 4, … 24 of a day's scale, two digits each. */
export const hoursOfDay: readonly string[] = [0, 4, 8, 12, 16, 20, 24].map((hour) =>
  new Intl.NumberFormat(undefined, { minimumIntegerDigits: 2 }).format(hour),
);

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const dayOfMonth = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const monthOfYear = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' });
const dayOfYear = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});

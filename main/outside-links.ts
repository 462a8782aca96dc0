/** The only addresses a click may open, each in the owner's own browser. */
const outside = [
  'https://docs.nosana.com/',
  'https://explorer.nosana.com/',
  'https://docs.docker.com/',
  'https://docs.nvidia.com/',
  'https://www.nvidia.com/drivers',
];

/** True for addresses on our short list; compared as parsed, so that look-alikes fail. */
export function mayOpenOutside(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') return false;
  return outside.some((allowed) => parsed.href.startsWith(allowed));
}

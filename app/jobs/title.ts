import type { JobDefinition } from './definition/schema.ts';
import type { ContainerSpec } from './ports.ts';

const MAX_TITLE_CHARACTERS = 80;

/**
 * What a person calls this job: the poster's own title and who made the image ("Practice story by
 * offpeak/practice-llm"), else the image and its command. One line of plain text. Pure.
 */
export function titleOf(
  { meta }: JobDefinition,
  container: (Pick<ContainerSpec, 'command'> & { readonly image: string | null }) | null,
): string {
  const own = plain(textOf(meta?.['title']) ?? textOf(meta?.['name']) ?? '');
  if (container === null) return shorten(own === '' ? 'A job without containers' : own);
  const image = plain(shortImage(container.image ?? ''));
  // What a job runs may be known only when it runs.
  if (image === '') return shorten(own === '' ? 'A job that names its image later' : own);
  if (own !== '') return shorten(`${own} by ${image}`);
  const command = plain(shellLine(container.command ?? []));
  return shorten(command === '' ? image : `${image}: ${command}`);
}

/** An image without registry, tag and digest: `nosana/stats`. */
function shortImage(image: string): string {
  const [name = image] = image.split('@');
  const untagged = name.replace(/:[^:/]*$/, '');
  const [first = '', ...rest] = untagged.split('/');
  // Only the name of a registry holds a dot or a port, or is "localhost".
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return hasRegistry ? rest.join('/') : untagged;
}

/** The line of `sh -c` is what the poster wrote; the shell is not worth showing. */
function shellLine(command: readonly string[]): string {
  const [program, flag, ...rest] = command;
  const isShell = program !== undefined && /^(\/bin\/)?(ba)?sh$/.test(program) && flag === '-c';
  return (isShell ? rest : command).join(' ');
}

/** Titles stand in lists and in the tray: nothing invisible, no line breaks. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function shorten(text: string): string {
  return text.length <= MAX_TITLE_CHARACTERS ? text : `${text.slice(0, MAX_TITLE_CHARACTERS - 1)}…`;
}

import { t } from '../locales/text.ts';

/** A doctor's check in a person's words; a newer host's check keeps its own name. */
export function checkName(name: string): string {
  switch (name) {
    case 'engine':
    case 'card':
    case 'network':
    case 'disk':
      return t(`doctor.check.${name}`);
    default:
      return name;
  }
}

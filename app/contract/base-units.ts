import { z } from 'zod';

/** Money on the wire: base units as a decimal text, since JSON knows only floats. */
export const BaseUnits = z.string().regex(/^-?\d+$/);

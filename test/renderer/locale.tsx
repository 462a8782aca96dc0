/**
 * Numbers and dates are Intl's, in the language of the computer. Tests that spell them out say so:
 * `describe.skipIf(notAmerican)` skips them on a computer that speaks another one.
 */
export const notAmerican: boolean = new Intl.NumberFormat().resolvedOptions().locale !== 'en-US';

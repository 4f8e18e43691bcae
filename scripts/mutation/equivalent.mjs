// Mutants that change nothing which a test could see, or nothing which matters. They are not tried.

/**
 * @typedef {object} Equivalent
 * @property {string} file from the root
 * @property {string} line part of the line that it begins in
 * @property {readonly [original: string, replacement: string]} change what stands there and what Stryker puts in its
 *   place, white space as one space
 * @property {string} why
 */

/** @type {readonly Equivalent[]} */
export const equivalent = [];

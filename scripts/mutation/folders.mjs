// What is mutated, and which tests are to notice. Tests that start the bundles of dist/ see no mutant and are not among them.

/**
 * @typedef {object} Folder
 * @property {string} sources a folder below src/compute
 * @property {string} tests a folder below test/compute
 * @property {boolean} [guardsOnly] only conditions that end in a `throw`: the checks of what a file says
 * @property {boolean} [native] whether native TensorFlow runs code of its own there; elsewhere two backends tell as much
 */

/** @type {Readonly<Record<string, Folder>>} */
export const folders = {
	lipschitz: { sources: "lipschitz", tests: "lipschitz" },
	adversarial: { sources: "adversarial", tests: "adversarial" },
	activations: { sources: "activations", tests: "activations" },
	execute: { sources: "network/execute", tests: "network", native: true },
	formats: { sources: "formats", tests: "formats", guardsOnly: true },
	data: { sources: "data", tests: "data", guardsOnly: true },
};

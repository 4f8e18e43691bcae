// The unit tests of one folder, as Stryker runs them.
import path from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import base from "../../vitest.config.mjs";
import { jobOf } from "./job.mjs";

/** The files that took least first: the first test that fails decides. */
class QuickestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return (await super.sort(files)).sort((a, b) => this.#took(a) - this.#took(b));
	}

	#took({ project, moduleId }: TestSpecification): number {
		const name = `${project.name}:${path.relative(this.ctx.config.root, moduleId).split(path.sep).join("/")}`;
		return this.ctx.cache.getFileTestResults(name)?.duration ?? 0;
	}
}

const config = mergeConfig(
	base,
	defineConfig({
		// As patient as Stryker is: a test that is slow on a busy machine notices nothing.
		test: { testTimeout: 120_000, hookTimeout: 120_000, sequence: { sequencer: QuickestFirst } },
	}),
);

export default { ...config, test: { ...config.test, include: [jobOf().tests] } };

import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/e2e/**/*.e2e.ts"],
		globalSetup: ["test/e2e/globalSetup.ts"],
		pool: "forks",
		maxWorkers: 1,
		fileParallelism: false,
		testTimeout: 120_000,
		// A step in a window that is driven from outside may meet a workbench that is still busy; it is tried once more.
		retry: 1,
		hookTimeout: 120_000,
	},
});

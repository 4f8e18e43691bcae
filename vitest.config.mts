import { defineConfig } from "vitest/config";
import { tensorflowBundles } from "./scripts/tensorflowBundles.mjs";

export default defineConfig({
	resolve: { alias: await tensorflowBundles() },
	test: {
		include: ["test/**/*.test.ts"],
		exclude: ["test/e2e/**", "test/inhost/**", "**/node_modules/**"],
		pool: "forks",
		maxWorkers: 2,
		testTimeout: 20_000,
		hookTimeout: 60_000,
	},
});

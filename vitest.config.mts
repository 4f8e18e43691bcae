import { defineConfig } from "vitest/config";

export default defineConfig({
	// TensorFlow.js publishes its gradients as ES modules without saying so; Vite reads them, Node alone can't.
	resolve: { mainFields: ["module", "main"] },
	ssr: { noExternal: [/@tensorflow\/tfjs-(core|backend)/] },
	test: {
		include: ["test/**/*.test.ts"],
		exclude: ["test/e2e/**", "test/inhost/**", "**/node_modules/**"],
		pool: "forks",
		maxWorkers: 2,
		testTimeout: 20_000,
		hookTimeout: 60_000,
		server: { deps: { inline: [/@tensorflow\/tfjs-(core|backend)/] } },
	},
});

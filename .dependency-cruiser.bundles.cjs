/** What each bundle loads when it runs, by whatever way; types are gone by then. `npm run imports`. */
module.exports = {
	forbidden: [
		{
			name: "editor-and-command-line-compute-nothing",
			comment: "No model is parsed, no picture decoded and nothing computed outside the compute process.",
			severity: "error",
			from: { path: "^src/(extension|cli)\\.ts$" },
			to: {
				reachable: true,
				path: [
					"^src/compute/(adversarial|backend|prepare|formats/[^/]+)/",
					"^src/compute/formats/(read|isolated|readerProcess)\\.ts$",
					"^src/compute/process/(host|modelStore)\\.ts$",
					"^src/compute/data/(pictures|raster|bmp|png|loading|dataset)\\.ts$",
					"^node_modules/(@tensorflow|sharp|h5wasm)/",
				],
			},
		},
		{
			name: "a-page-computes-nothing",
			comment: "Of the compute side a page loads contracts: types, schemas, and pure functions of them.",
			severity: "error",
			from: { path: "^src/webviews/[^/]+/page\\.ts$" },
			to: {
				reachable: true,
				path: ["^vscode$", "^src/(?!webviews/|compute/)", "^src/compute/"],
				pathNot: [
					"^src/compute/(errors|plainText)\\.ts$",
					"^src/compute/reports/(report|packed)\\.ts$",
					"^src/compute/(?!formats/).+/(report|schema|requests)\\.ts$",
					"^src/compute/attack/(attackedImages|methodComparison|methods)\\.ts$",
					"^src/compute/activations/probe/judgement\\.ts$",
					"^src/compute/(data/folderOrders|data/pathNames|data/standing|formats/formats|math/extremes|math/intervals|math/statistics|network/outputs|predict/suggestion|robustness/curve|lipschitz/certifiedShares)\\.ts$",
					"^src/compute/modelDetails/checkText\\.ts$",
				],
			},
		},
	],
	options: {
		tsPreCompilationDeps: false,
		tsConfig: { fileName: "tsconfig.json" },
		doNotFollow: { path: "node_modules" },
		exclude: { path: "node_modules/(?!@tensorflow|sharp/|h5wasm/)" },
	},
};

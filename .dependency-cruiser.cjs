/**
 * The direction of imports, type-only ones included where a rule doesn't say otherwise; `npm run imports`. What a bundle loads
 * when it runs is in `.dependency-cruiser.bundles.cjs`.
 */

/** What an analysis is asked and answers: types, their schemas, and pure functions of them. Pages and editor load these. */
const contracts = [
	"^src/compute/reports/",
	"^src/compute/(?!formats/).+/(report|schema|requests)\\.ts$",
	"^src/compute/attack/(attackedImages|methodComparison|methods|storedRun)\\.ts$",
	"^src/compute/lipschitz/certifiedShares\\.ts$",
	"^src/compute/modelDetails/checkText\\.ts$",
];

/** The compute side from the top down: what stands on a floor runs only what stands below it. */
const floors = [
	{ name: "process", path: ["^src/compute/(process)/"] },
	{
		name: "analysis",
		path: ["^src/compute/(attack|activations|robustness|lipschitz|modelDetails|predict)/"],
		pathNot: contracts,
	},
	{ name: "prepare", path: ["^src/compute/(prepare)/"] },
	{ name: "adversarial", path: ["^src/compute/(adversarial)/"] },
	{ name: "contract", path: contracts },
	{ name: "formats", path: ["^src/compute/(formats)/"] },
	{ name: "network-and-data", path: ["^src/compute/(network|data)/"] },
	{
		name: "ground",
		path: ["^src/compute/(backend|math)/", "^src/compute/(errors|childProcess|plainText|processStatus)\\.ts$"],
	},
];

/** Types may come from above: contracts are written beside the analysis that they belong to. */
const running = { dependencyTypesNot: ["type-only"] };

const upwards = floors.slice(1).map(({ name, path, pathNot = [] }, i) => {
	const above = floors.slice(0, i + 1);
	const contractsAreBelow = above.every((floor) => floor.name !== "contract");
	return {
		name: `${name}-runs-nothing-above`,
		severity: "error",
		from: { path, pathNot },
		to: { ...running, path: above.flatMap((floor) => floor.path), pathNot: contractsAreBelow ? contracts : [] },
	};
});

const [analyses] = floors.filter(({ name }) => name === "analysis");
const beside = [
	{
		name: "analysis-runs-no-neighbour",
		severity: "error",
		from: { path: analyses.path, pathNot: contracts },
		to: { ...running, path: analyses.path, pathNot: ["^src/compute/$1/", ...contracts] },
	},
	// What pixels must be follows from the graph, never the other way round.
	{
		name: "network-runs-no-data",
		severity: "error",
		from: { path: "^src/compute/network/" },
		to: { ...running, path: "^src/compute/data/" },
	},
];

module.exports = {
	forbidden: [
		{ name: "no-circle", severity: "error", from: {}, to: { circular: true } },
		{
			name: "compute-knows-no-client",
			severity: "error",
			from: { path: "^src/compute/" },
			to: { path: ["^vscode$", "^src/(?!compute/)"] },
		},
		{
			name: "command-line-knows-no-editor",
			severity: "error",
			from: { path: "^src/cli(/|\\.ts$)" },
			to: { path: ["^vscode$", "^src/(?!compute/|cli/)"] },
		},
		{
			name: "pages-and-views-know-no-command",
			severity: "error",
			from: { path: "^src/(webviews|explorer)/" },
			to: { path: "^src/(commands/|cli|extension\\.ts$)" },
		},
		{
			name: "a-page-knows-no-list-of-pages",
			severity: "error",
			from: { path: "^src/webviews/[^/]+/" },
			to: { path: "^src/webviews/kinds\\.ts$" },
		},
		...upwards,
		...beside,
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		doNotFollow: { path: "node_modules" },
		exclude: { path: "node_modules" },
	},
};

/** Import circles and arrows that run upwards; `npm run imports`. */
module.exports = {
	forbidden: [{ name: "no-circle", severity: "error", from: {}, to: { circular: true } }],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		doNotFollow: { path: "node_modules" },
		exclude: { path: "node_modules" },
	},
};

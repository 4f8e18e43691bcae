// A checker for Stryker, which lets the mutants of the job pass: others lie at the same places, or within them.
import path from "node:path";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { jobOf } from "./job.mjs";
import { identityOf } from "./mutants.mjs";

function chosen() {
	const wanted = new Set(jobOf().mutants);
	const isWanted = (mutant) =>
		wanted.has(identityOf(path.relative(process.cwd(), mutant.fileName).split(path.sep).join("/"), mutant));
	return {
		async init() {},
		async check(mutants) {
			return Object.fromEntries(
				mutants.map((mutant) => [
					mutant.id,
					isWanted(mutant) ? { status: "passed" } : { status: "compileError", reason: "It is not in the sample." },
				]),
			);
		},
	};
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.Checker, "chosen", chosen)];

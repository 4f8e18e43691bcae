/** The extension's settings, read where they are needed so that a change counts at once. */
import * as vscode from "vscode";
import { DEFAULT_PROBE_OPTIONS } from "./compute/activations/probe/report.js";
import type { ComputeSettings } from "./compute/process/restartingProcess.js";
import type { AttackOptions } from "./compute/reports/report.js";
import { SETTINGS, type Setting } from "./settingsTable.js";
import type { ProbeDefaults } from "./webviews/probe/analysis.js";
import type { RobustnessDefaults } from "./webviews/robustness/analysis.js";

export const SECTION = "blindspot";

/** Settings that need a new compute process. */
export const COMPUTE_SETTINGS: readonly string[] = Object.values(SETTINGS.compute).map(
	({ name }) => `${SECTION}.${name}`,
);

function read<T>({ name, of }: Setting<T>): T {
	return of(vscode.workspace.getConfiguration(SECTION).get(name));
}

export function computeSettings(): ComputeSettings {
	const { backend, nativePath, loadTimeout, readerMemory, modelCacheMemory, computeMemory } = SETTINGS.compute;
	const folder = read(nativePath);
	return {
		host: {
			backend: read(backend),
			nativePath: folder === "" ? null : folder,
			loadTimeoutSeconds: read(loadTimeout),
			readerMemoryMiB: read(readerMemory),
			modelCacheMiB: read(modelCacheMemory),
		},
		memoryMiB: read(computeMemory),
	};
}

/** How many reports are kept. */
export function keptReports(): number {
	return read(SETTINGS.reports.keep);
}

export interface AttackSettings {
	readonly options: AttackOptions;
	readonly seed: number;
}

export function attackSettings(): AttackSettings {
	const { method, target, effort, budget, seed } = SETTINGS.attack;
	return {
		options: { method: read(method), target: { kind: read(target) }, effort: read(effort), budget: read(budget) },
		seed: read(seed),
	};
}

/** Distortions at which noise is tried on the page "Robustness". */
const NOISE_LEVELS = 11;

/** Robustness is measured by the same attack, of which no single label can be the target. */
export function robustnessSettings(): RobustnessDefaults {
	const { options, seed } = attackSettings();
	return { options: { ...options, noiseLevels: NOISE_LEVELS }, seed };
}

export function probeSettings(): ProbeDefaults {
	const { control, directions, top, reduce, permutations, redrawn, seed } = SETTINGS.probe;
	return {
		options: {
			...DEFAULT_PROBE_OPTIONS,
			control: read(control),
			directions: read(directions),
			top: read(top),
			reduce: read(reduce),
			permutations: read(permutations),
			redrawn: read(redrawn),
			// The page shows either end.
			bottom: true,
		},
		seed: read(seed),
	};
}

/** The extension's settings, read where they are needed so that a change counts at once. */
import * as vscode from "vscode";
import { DEFAULT_PROBE_OPTIONS, PROBE_CONTROLS, PROBE_REDUCTIONS } from "./compute/activations/probe/report.js";
import type { BackendChoice } from "./compute/process/requests.js";
import type { ComputeSettings } from "./compute/process/restartingProcess.js";
import {
	ATTACK_METHODS,
	type AttackMethod,
	type AttackOptions,
	EFFORTS,
	type Target,
} from "./compute/reports/report.js";

import type { ProbeDefaults } from "./webviews/probe/analysis.js";
import type { RobustnessDefaults } from "./webviews/robustness/analysis.js";

export const SECTION = "blindspot";
const BACKENDS = ["auto", "native", "wasm", "js"] as const satisfies readonly BackendChoice[];
export const SIMPLE_TARGETS = ["any", "second", "next", "random"] as const satisfies readonly Target["kind"][];

/** Settings that need a new compute process. */
export const COMPUTE_SETTINGS = [
	"blindspot.backend",
	"blindspot.nativePath",
	"blindspot.loadTimeout",
	"blindspot.readerMemory",
	"blindspot.modelCacheMemory",
	"blindspot.computeMemory",
] as const;

export function computeSettings(): ComputeSettings {
	const settings = vscode.workspace.getConfiguration(SECTION);
	const nativePath = settings.get<string>("nativePath", "").trim();
	return {
		host: {
			backend: oneOf(BACKENDS, settings.get("backend"), "auto"),
			nativePath: nativePath === "" ? null : nativePath,
			loadTimeoutSeconds: within(settings.get("loadTimeout"), 1, 3_600, 60),
			readerMemoryMiB: within(settings.get("readerMemory"), 256, 65_536, 2_048),
			modelCacheMiB: within(settings.get("modelCacheMemory"), 64, 65_536, 2_048),
		},
		memoryMiB: within(settings.get("computeMemory"), 256, 65_536, 4_096),
	};
}

/** How many reports are kept. */
export function keptReports(): number {
	return within(vscode.workspace.getConfiguration(SECTION).get("reports.keep"), 1, 10_000, 100);
}

export interface AttackSettings {
	readonly options: AttackOptions;
	readonly seed: number;
}

export function attackSettings(): AttackSettings {
	const settings = vscode.workspace.getConfiguration(`${SECTION}.attack`);
	const method: AttackMethod = oneOf(ATTACK_METHODS, settings.get("method"), "closest");
	const budget = settings.get<number | null>("budget", null);
	return {
		options: {
			method,
			target: { kind: oneOf(SIMPLE_TARGETS, settings.get("target"), "any") },
			effort: oneOf(EFFORTS, settings.get("effort"), "normal"),
			budget: typeof budget === "number" ? within(budget, 1, 1_000_000, 1_000) : null,
		},
		seed: within(settings.get("seed"), 0, 2 ** 31 - 1, 0),
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
	const settings = vscode.workspace.getConfiguration(`${SECTION}.probe`);
	return {
		options: {
			...DEFAULT_PROBE_OPTIONS,
			control: oneOf(PROBE_CONTROLS, settings.get("control"), DEFAULT_PROBE_OPTIONS.control),
			directions: within(settings.get("directions"), 1, 100_000, DEFAULT_PROBE_OPTIONS.directions),
			top: within(settings.get("top"), 2, 100, DEFAULT_PROBE_OPTIONS.top),
			reduce: oneOf(PROBE_REDUCTIONS, settings.get("reduce"), DEFAULT_PROBE_OPTIONS.reduce),
			permutations: within(settings.get("permutations"), 0, 99_999, DEFAULT_PROBE_OPTIONS.permutations),
			redrawn: settings.get("redrawn") !== false,
			// The page shows either end.
			bottom: true,
		},
		seed: within(settings.get("seed"), 0, 2 ** 31 - 1, 0),
	};
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T {
	return allowed.find((choice) => choice === value) ?? otherwise;
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
	if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
	return Math.round(Math.min(most, Math.max(least, value)));
}

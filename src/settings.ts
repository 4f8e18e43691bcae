/** The extension's settings, read where they are needed so that a change counts at once. */
import * as vscode from "vscode";
import type { ComputeSettings } from "./compute/client.js";
import type { BackendChoice } from "./compute/protocol.js";
import { ATTACK_METHODS, type AttackMethod, type AttackOptions, EFFORTS, type Target } from "./compute/report.js";

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

function oneOf<T extends string>(allowed: readonly T[], value: unknown, otherwise: T): T {
	return allowed.find((choice) => choice === value) ?? otherwise;
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
	if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
	return Math.round(Math.min(most, Math.max(least, value)));
}

/**
 * The table of the extension's settings: what each is called, what it may be and what it is otherwise. The manifest says the same
 * to the editor, which a test holds it to; what stands in a settings file may still be anything.
 */
import { DEFAULT_PROBE_OPTIONS, PROBE_CONTROLS, PROBE_REDUCTIONS } from "./compute/activations/probe/report.js";
import { ATTACK_METHODS, EFFORTS } from "./compute/attack/methods.js";
import type { BackendChoice } from "./compute/process/requests.js";
import type { Target } from "./compute/reports/report.js";

export interface Setting<T> {
	/** Without the section's name. */
	readonly name: string;
	/** What the manifest has to say of it. */
	readonly schema: {
		readonly type: string | readonly string[];
		readonly default: T;
		readonly minimum?: number;
		readonly maximum?: number;
		readonly enum?: readonly T[];
	};
	/** What a file says as a value of the setting: numbers brought into the range and rounded, the default for what is no value. */
	of(value: unknown): T;
}

const BACKENDS = ["auto", "native", "wasm", "js"] as const satisfies readonly BackendChoice[];
/** The targets that can be wanted of any model. */
const TARGETS = ["any", "second", "next", "random"] as const satisfies readonly Target["kind"][];
const LARGEST_SEED = 2 ** 31 - 1;

export const SETTINGS = {
	/** Those that need a new compute process. */
	compute: {
		backend: choice("backend", BACKENDS, "auto"),
		nativePath: text("nativePath"),
		/** MiB. */
		computeMemory: integer("computeMemory", 256, 65_536, 4_096),
		/** MiB. */
		modelCacheMemory: integer("modelCacheMemory", 64, 65_536, 2_048),
		/** Seconds. */
		loadTimeout: integer("loadTimeout", 1, 3_600, 60),
		/** MiB. */
		readerMemory: integer("readerMemory", 256, 65_536, 2_048),
	},
	attack: {
		method: choice("attack.method", ATTACK_METHODS, "closest"),
		target: choice("attack.target", TARGETS, "any"),
		effort: choice("attack.effort", EFFORTS, "normal"),
		budget: optionalInteger("attack.budget", 1, 1_000_000),
		seed: integer("attack.seed", 0, LARGEST_SEED, 0),
	},
	probe: {
		control: choice("probe.control", PROBE_CONTROLS, DEFAULT_PROBE_OPTIONS.control),
		directions: integer("probe.directions", 1, 100_000, DEFAULT_PROBE_OPTIONS.directions),
		top: integer("probe.top", 2, 100, DEFAULT_PROBE_OPTIONS.top),
		reduce: choice("probe.reduce", PROBE_REDUCTIONS, DEFAULT_PROBE_OPTIONS.reduce),
		permutations: integer("probe.permutations", 0, 99_999, DEFAULT_PROBE_OPTIONS.permutations),
		redrawn: flag("probe.redrawn", DEFAULT_PROBE_OPTIONS.redrawn),
		seed: integer("probe.seed", 0, LARGEST_SEED, 0),
	},
	reports: {
		keep: integer("reports.keep", 1, 10_000, 100),
	},
} as const;

export const EVERY_SETTING: readonly Setting<unknown>[] = Object.values(SETTINGS).flatMap((group) =>
	Object.values<Setting<unknown>>(group),
);

function choice<T extends string>(name: string, choices: readonly T[], otherwise: NoInfer<T>): Setting<T> {
	return {
		name,
		schema: { type: "string", default: otherwise, enum: choices },
		of: (value) => choices.find((one) => one === value) ?? otherwise,
	};
}

function integer(name: string, minimum: number, maximum: number, otherwise: number): Setting<number> {
	return {
		name,
		schema: { type: "integer", default: otherwise, minimum, maximum },
		of: (value) => within(minimum, maximum, value) ?? otherwise,
	};
}

/** A number only where one is given, otherwise null. */
function optionalInteger(name: string, minimum: number, maximum: number): Setting<number | null> {
	return {
		name,
		schema: { type: ["integer", "null"], default: null, minimum, maximum },
		of: (value) => within(minimum, maximum, value),
	};
}

/** Null for what is no number. */
function within(minimum: number, maximum: number, value: unknown): number | null {
	if (typeof value !== "number" || !Number.isFinite(value)) return null;
	return Math.round(Math.min(maximum, Math.max(minimum, value)));
}

function flag(name: string, otherwise: boolean): Setting<boolean> {
	return {
		name,
		schema: { type: "boolean", default: otherwise },
		of: (value) => (typeof value === "boolean" ? value : otherwise),
	};
}

function text(name: string): Setting<string> {
	return {
		name,
		schema: { type: "string", default: "" },
		of: (value) => (typeof value === "string" ? value.trim() : ""),
	};
}

/** Requests of probes with settings that tests rarely change. */

import { probe } from "../../../../src/compute/activations/probe/handler.js";
import {
	DEFAULT_PROBE_OPTIONS,
	type ProbeOptions,
	type ProbeRecord,
} from "../../../../src/compute/activations/probe/report.js";
import type { ProbeParams, ProbeProgress } from "../../../../src/compute/activations/probe/requests.js";
import { startBackend } from "../../../../src/compute/backend/startBackend.js";
import type { Control, HandlerContext } from "../../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../../src/compute/prepare/modelStore.js";
import type { ModelRequest } from "../../../../src/compute/reports/request.js";
import { control } from "../../control.js";

export async function probeContext(): Promise<HandlerContext> {
	const backend = await startBackend("auto", null);
	return { backend, store: new ModelStore({ loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB: 256 }) };
}

export function modelAt(path: string): ModelRequest {
	return { path, configuration: null, preprocessing: {}, classesFile: null };
}

/** 50 directions, 39 rotations, no re-drawn weights: quick. */
export const QUICK: ProbeOptions = { ...DEFAULT_PROBE_OPTIONS, directions: 50, permutations: 39, redrawn: false };

export function probeOnce(
	context: HandlerContext,
	params: Omit<ProbeParams, "run" | "options" | "seed"> & {
		readonly options?: Partial<ProbeOptions>;
		readonly seed?: number;
	},
	tell: (event: ProbeProgress) => void = () => undefined,
	own: Pick<Partial<Control<ProbeProgress>>, "signal" | "stopped"> = {},
): Promise<ProbeRecord> {
	const options = { ...QUICK, ...params.options };
	return probe(context, { seed: 1, ...params, options, run: "test" }, control({ ...own, tell }));
}

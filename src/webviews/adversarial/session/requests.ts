/** What a page asks of the compute process about its images. */

import type { AttackParams } from "../../../compute/attack/requests.js";
import type { RunData, RunQuestion } from "../../../compute/attack/storedRun.js";
import type { DataRequest, ModelRequest } from "../../../compute/reports/request.js";

/** Which images a run is about. */
export interface RunSubject {
	readonly data: RunData;
	/** Of all images of the page; empty where a data set still has to say which. */
	readonly sources: readonly string[];
	/** Those that the run is about, by their places among them. */
	readonly indices: readonly number[];
}

/** The request of one run; `run` names it. */
export function attackParams(
	run: string,
	model: ModelRequest,
	subject: RunSubject,
	question: RunQuestion,
): AttackParams {
	const { method, target, effort, budget, seed } = question;
	const { indices } = subject;
	return {
		run,
		model,
		data: pictureRequest(subject, seed),
		...(indices.length === 0 ? {} : { places: indices }),
		options: { method, target, effort, budget },
		seed,
		npz: null,
		out: null,
		keepPixels: true,
	};
}

/** The pictures of a run, as the compute process is asked for them. */
export function pictureRequest({ data, sources, indices }: RunSubject, seed: number): DataRequest {
	const paths = indices.map((at) => sources[at] as string);
	if (data.kind === "pictures") return { kind: "pictures", paths };
	const { path, take } = data;
	const whole = { kind: "dataset", path, take, skip: 0 } as const;
	return sources.length === 0 ? { ...whole, seed } : { ...whole, only: paths };
}

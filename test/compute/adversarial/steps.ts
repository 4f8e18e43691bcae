/** Drives the search for one image against a network, one request after the other. */
import type { Goal } from "../../../src/compute/adversarial/goal.js";
import { Search } from "../../../src/compute/adversarial/search.js";
import type { Request, Steps } from "../../../src/compute/adversarial/steps.js";
import type { Classifier } from "../../../src/compute/network/classifier.js";
import { denseNetwork } from "./networks.js";

/** The result of `steps`; `hear` gets each request. */
export function answered<T>(classifier: Classifier, steps: Steps<T>, hear: (request: Request) => void = () => {}): T {
	const { classes } = classifier;
	let next = steps.next();
	while (!next.done) {
		const request = next.value;
		hear(request);
		const logits: Float32Array[] = [];
		const gradients: Float32Array[] = [];
		if (request.kind === "spreads") throw new Error("The networks of these tests have no kinks.");
		if (request.kind === "disturbed") throw new Error("The networks of these tests don't round.");
		for (const [at, point] of request.points.entries()) {
			if (request.kind === "logits") {
				logits.push(classifier.logits(point, 1));
				continue;
			}
			const found = classifier.logitsAndGradient(point, 1, (own) => {
				const weights = new Float32Array(classes);
				request.cotangent(own, weights, at);
				return weights;
			});
			logits.push(found.logits);
			gradients.push(found.gradient);
		}
		next = steps.next({ logits, gradients, disturbed: [], spreads: [] });
	}
	return next.value;
}

/** Logits that are affine in the pixels: a row of weights and a bias for each class. */
export function linearNetwork(classes: readonly { readonly row: readonly number[]; readonly bias?: number }[]) {
	const inputs = classes[0]?.row.length as number;
	const weights = Float32Array.from({ length: inputs * classes.length }, (_, at) => {
		return classes[at % classes.length]?.row[Math.floor(at / classes.length)] as number;
	});
	const biases = Float32Array.from(classes, ({ bias = 0 }) => bias);
	const layer = { inputs, outputs: classes.length, weights, biases, activation: "linear" } as const;
	return denseNetwork([1, inputs, 1], [layer]);
}

/** A search that nothing stops. */
export function searchAround(original: readonly number[], goal: Goal, budget: number | null = null): Search {
	return new Search(Float32Array.from(original), goal, { budget, stopped: () => false, onBetter() {} });
}

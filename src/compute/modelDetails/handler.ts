/** Everything about a model file that can be said without a picture. */

import { Slices } from "../backend/slices.js";
import type { ReadingListener } from "../data/files.js";
import { sizeOnDisk } from "../formats/source.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import { reportHead, runSince } from "../prepare/reportHead.js";
import { withAnyModel } from "./anyModel.js";
import { describeNetwork } from "./describe.js";
import type { ModelRecord } from "./report.js";
import type { DescribeModelParams, ReadingProgress } from "./requests.js";

/** Layers with their costs, weights and checks. Throws what reading the file throws, and `cancelled`. */
export async function describeModel(
	context: HandlerContext,
	{ model: request }: DescribeModelParams,
	{ signal, tell }: Control<ReadingProgress>,
): Promise<ModelRecord> {
	const onRead: ReadingListener = (read, of) => tell({ read, of });
	return withAnyModel({ ...context, onRead }, request, signal, async ({ model, classifier, summary }) => {
		const began = new Date();
		const bgr = summary.preprocessing?.bgr ?? false;
		const { pictures, layout, ...described } = await describeNetwork(model.network, bgr, new Slices(signal));
		const sizes = await Promise.all(model.read.files.map(sizeOnDisk));
		return {
			report: {
				kind: "model",
				...reportHead(context),
				...summary,
				...described,
				bytes: sizes.reduce((sum, size) => sum + size, 0),
				provenance: classifier && {
					preprocessing: classifier.preprocessing.provenance,
					classNames: classifier.classNames.provenance,
				},
				run: runSince(began),
			},
			pictures,
			layout,
		};
	});
}

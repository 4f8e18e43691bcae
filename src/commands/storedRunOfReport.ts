/** An exported report of an attack as a run: results without pixels. */
import { z } from "zod";
import { NO_PIXELS, waitingImage } from "../compute/attack/attackedImages.js";
import { type ByMethod, type MethodResult, mapMethods } from "../compute/attack/methodComparison.js";
import type { RunMethod, RunQuestion, RunRow, StoredRun } from "../compute/attack/storedRun.js";
import { BlindspotError } from "../compute/errors.js";
import type { AttackedImage } from "../compute/reports/report.js";
import { attackedImageSchema, attackReportSchema, methodsSchema } from "../compute/reports/reportSchema.js";

/** With what several methods made of an image, where that is in the report. */
const schema = attackReportSchema.extend({
	images: z.array(attackedImageSchema.extend({ methods: methodsSchema.optional() })),
});

/** Throws `unreadable-data`, naming `source`, where the text is no report of an attack of this version. */
export function storedRunOfReport(text: string, source: string): StoredRun {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new BlindspotError("unreadable-data", `${source}: this is no JSON.`, source);
	}
	const kind = typeof json === "object" && json !== null && "kind" in json ? json.kind : null;
	if (typeof kind === "string" && kind !== "attack") {
		const words = `${source}: the JSON of a report of the kind '${kind}' lacks what its page shows; its HTML export has all of it.`;
		throw new BlindspotError("unreadable-data", words, source);
	}
	const parsed = schema.safeParse(json);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		const where = issue ? `${issue.path.join(".")}: ${issue.message}` : "";
		throw new BlindspotError(
			"unreadable-data",
			`${source}: not a report of this version of Blindspot. ${where}`,
			source,
		);
	}
	const { images, ...rest } = parsed.data;
	const report = { ...rest, images: images.map(({ methods: _, ...image }) => image) };
	const { options, run, model, seed } = report;
	const question: RunQuestion = { model: model.path, ...options, seed };
	const rows = images.map(({ methods = {}, ...image }, at): RunRow => {
		const { [options.method]: _own, ...others } = methods;
		const seconds = run.imageSeconds[at] ?? null;
		return { image, done: true, target: options.target, seconds, pixels: NO_PIXELS, methods: further(image, others) };
	});
	return { asked: question, shown: question, data: { kind: "pictures" }, rows, complete: true, report };
}

/** As rows have them; a report says nothing of the time of one method on one image. */
function further(image: AttackedImage, methods: ByMethod<MethodResult>): ByMethod<RunMethod> {
	const { source, label, fileSize, predicted } = image;
	const before = { ...waitingImage(source, label), fileSize, predicted };
	return mapMethods(methods, (result) => ({
		image: { ...before, ...result },
		done: true,
		seconds: null,
		pixels: NO_PIXELS,
	}));
}

/** An exported report of an attack as a run: results without pixels. */
import type { RunQuestion, StoredRun } from "../compute/attackRun.js";
import { BlindspotError } from "../compute/errors.js";
import { attackReportSchema } from "../compute/reportSchema.js";

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
	const parsed = attackReportSchema.safeParse(json);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		const where = issue ? `${issue.path.join(".")}: ${issue.message}` : "";
		throw new BlindspotError(
			"unreadable-data",
			`${source}: not a report of this version of Blindspot. ${where}`,
			source,
		);
	}
	const report = parsed.data;
	const question: RunQuestion = { model: report.model.path, ...report.options, seed: report.seed };
	const rows = report.images.map((image, at) => ({
		image,
		done: true,
		target: report.options.target,
		seconds: report.run.imageSeconds[at] ?? null,
		pixels: { original: null, adversarial: null, stored: null },
	}));
	return { asked: question, shown: question, data: { kind: "pictures" }, rows, complete: true, report };
}

/** The rows of an attack for a spreadsheet. */
import { type ByMethod, type FurtherMethod, methodsOf } from "../../compute/attack/methodComparison.js";
import type { AttackMethod } from "../../compute/attack/methods.js";
import type { AttackedImage, AttackReport } from "../../compute/reports/report.js";
import type { Cell } from "../pageKind.js";

const HEADINGS = [
	"image",
	"method",
	"label",
	"predicted",
	"predicted probability",
	"target",
	"adversarial",
	"adversarial probability",
	"distortion",
	"L2",
	"Linf",
	"margin",
	"control changed",
	"control samples",
	"stored distortion",
	"evaluations",
	"seconds",
	"failure",
] as const;

/**
 * After the headings a row for each image, and one more for each further method that was tried on it; `further` goes with
 * the report's images.
 */
export function attackTable(
	report: AttackReport,
	further: readonly ByMethod<FurtherMethod>[],
): readonly (readonly Cell[])[] {
	const { images, run, options } = report;
	return [
		HEADINGS,
		...images.flatMap((image, at) => [
			cells(report, options.method, image, run.imageSeconds[at] ?? null),
			...methodsOf(further[at] ?? {}).map(([method, of]) => cells(report, method, of.image, of.seconds)),
		]),
	];
}

function cells(
	{ model }: AttackReport,
	method: AttackMethod,
	image: AttackedImage,
	seconds: number | null,
): readonly Cell[] {
	const name = (index: number | null): Cell => (index === null ? null : (model.classNames[index] ?? index));
	return [
		image.source,
		method,
		name(image.label),
		image.predicted?.name ?? null,
		image.predicted?.probability ?? null,
		name(image.target),
		image.adversarial?.name ?? null,
		image.adversarial?.probability ?? null,
		image.distortion,
		image.l2,
		image.linf,
		image.margin,
		image.control?.changed ?? null,
		image.control?.samples ?? null,
		image.stored?.distortion ?? null,
		image.evaluations,
		seconds,
		image.error ?? image.failure,
	];
}

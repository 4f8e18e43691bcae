/** The rows of an attack for a spreadsheet. */
import type { AttackReport } from "../../compute/report.js";
import type { Cell } from "../pageKind.js";

const HEADINGS = [
	"image",
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

/** One row for each image, after the headings. */
export function attackTable({ images, model, run }: AttackReport): readonly (readonly Cell[])[] {
	const name = (index: number | null): Cell => (index === null ? null : (model.classNames[index] ?? index));
	return [
		HEADINGS,
		...images.map((image, at): readonly Cell[] => [
			image.source,
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
			run.imageSeconds[at] ?? null,
			image.error ?? image.failure,
		]),
	];
}

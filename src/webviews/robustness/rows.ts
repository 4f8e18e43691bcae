/** The report as rows: one for each image. */
import type { RobustnessReport } from "../../compute/robustness/report.js";
import type { Cell } from "../pageKind.js";

export function robustnessRows({ images, models }: RobustnessReport): readonly (readonly Cell[])[] {
	const several = models.length > 1;
	const of = (at: number, name: string): string => (several ? `model ${at + 1}: ${name}` : name);
	const names = ["predicted", "right", "distortion", "adversarial", "failure", "evaluations"];
	const headings = ["source", "label", ...models.flatMap((_, at) => names.map((name) => of(at, name))), "error"];
	const rows = images.map(({ source, label, error }, at): readonly Cell[] => [
		source,
		label === null ? null : (models[0].model.classNames[label] ?? label),
		...models.flatMap(({ images }): readonly Cell[] => {
			const image = images[at];
			if (image === undefined || image.predicted === null) return [null, null, null, null, null, null];
			const { predicted, right, distortion, adversarial, failure, evaluations } = image;
			return [predicted.name, right, distortion, adversarial?.name ?? null, failure, evaluations];
		}),
		error,
	]);
	return [headings, ...rows];
}

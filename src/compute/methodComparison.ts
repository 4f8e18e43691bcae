/** Several methods on the same images: the first one's report, with what each made of each image. */
import type { AttackedImage, AttackMethod, AttackReport, AttackSummary } from "./report.js";

/** What one method made of one image; the fields are those of `AttackedImage`. */
export interface MethodResult
	extends Pick<
		AttackedImage,
		"success" | "target" | "adversarial" | "distortion" | "l2" | "linf" | "margin" | "evaluations" | "failure"
	> {
	readonly stored: AttackedImage["stored"];
}

export type ByMethod<T> = Readonly<Partial<Record<AttackMethod, T>>>;

export interface ComparedReport extends Omit<AttackReport, "images" | "run"> {
	readonly images: readonly (AttackedImage & { readonly methods: ByMethod<MethodResult> })[];
	readonly methods: ByMethod<AttackSummary>;
	readonly run: AttackReport["run"] & { readonly methodSeconds: ByMethod<number> };
}

/** `reports` are of the same images and options but for the method; at least one. */
export function compareMethods(reports: readonly [AttackReport, ...AttackReport[]]): ComparedReport {
	const [first] = reports;
	const byMethod = <T>(value: (report: AttackReport) => T): ByMethod<T> =>
		Object.fromEntries(reports.map((report) => [report.options.method, value(report)]));
	return {
		...first,
		images: first.images.map((image, i) => ({
			...image,
			methods: byMethod(({ images }) => resultOf(images[i] as AttackedImage)),
		})),
		methods: byMethod(({ summary }) => summary),
		run: { ...first.run, methodSeconds: byMethod(({ run }) => run.seconds) },
	};
}

function resultOf(image: AttackedImage): MethodResult {
	const { success, target, adversarial, distortion, l2, linf, margin, stored, evaluations, failure } = image;
	return { success, target, adversarial, distortion, l2, linf, margin, stored, evaluations, failure };
}

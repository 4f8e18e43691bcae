/** Several methods on the same images: the first one's report, with what each made of each image. */

import type { AttackedImage, AttackReport, AttackSummary } from "../reports/report.js";
import { summarise } from "./attackedImages.js";
import { ATTACK_METHODS, type AttackMethod } from "./methods.js";

/** What one method made of one image; the fields are those of `AttackedImage`. */
export type MethodResult = Pick<
	AttackedImage,
	"success" | "target" | "adversarial" | "distortion" | "l2" | "linf" | "margin" | "stored" | "evaluations" | "failure"
>;

export type ByMethod<T> = Readonly<Partial<Record<AttackMethod, T>>>;

export interface ComparedReport extends Omit<AttackReport, "images" | "run"> {
	readonly images: readonly (AttackedImage & { readonly methods: ByMethod<MethodResult> })[];
	/** Each over the images that the method was asked about; mean distortions over those on which all of them succeeded. */
	readonly methods: ByMethod<AttackSummary>;
	/** How many images all methods succeeded on: what a method fails on would flatter its mean. */
	readonly commonImages: number;
	readonly run: AttackReport["run"] & { readonly methodSeconds: ByMethod<number> };
}

/** What a further method made of one image. */
export interface FurtherMethod {
	readonly image: AttackedImage;
	/** Null where it isn't known. */
	readonly seconds: number | null;
}

/** `reports` are of the same images and options but for the method; at least one. */
export function compareMethods(reports: readonly [AttackReport, ...AttackReport[]]): ComparedReport {
	const [first, ...others] = reports;
	const further = first.images.map((_, i) =>
		byMethod(
			others.map(({ options, images }) => [options.method, { image: images[i] as AttackedImage, seconds: null }]),
		),
	);
	const compared = withMethods(first, further);
	const methodSeconds = byMethod(reports.map(({ options, run }) => [options.method, run.seconds]));
	return { ...compared, run: { ...compared.run, methodSeconds } };
}

/** The report with what further methods made of its images, of some or of all; `further` goes with `report.images`. */
export function withMethods(report: AttackReport, further: readonly ByMethod<FurtherMethod>[]): ComparedReport {
	const own = report.options.method;
	const tried = ATTACK_METHODS.filter((method) => method === own || further.some((of) => of[method]));
	const of = (method: AttackMethod): readonly AttackedImage[] =>
		method === own ? report.images : further.flatMap((results) => results[method]?.image ?? []);
	const seconds = (method: AttackMethod): number | null => {
		if (method === own) return report.run.seconds;
		const each = further.flatMap((results) => results[method]?.seconds ?? (results[method] ? [null] : []));
		return each.every((one) => one !== null) ? each.reduce((sum, one) => sum + one, 0) : null;
	};
	const common = report.images.flatMap((image, i): ByMethod<AttackedImage>[] => {
		const all = byMethod(
			tried.flatMap((method): [AttackMethod, AttackedImage][] => {
				const result = method === own ? image : further[i]?.[method]?.image;
				return result?.success ? [[method, result]] : [];
			}),
		);
		return methodsOf(all).length === tried.length ? [all] : [];
	});
	const summary = (method: AttackMethod): AttackSummary => ({
		...summarise(of(method)),
		meanDistortion: summarise(common.flatMap((all) => all[method] ?? [])).meanDistortion,
	});
	return {
		...report,
		images: report.images.map((image, i) => {
			const others = tried.flatMap((method): [AttackMethod, MethodResult][] => {
				const result = further[i]?.[method];
				return result ? [[method, resultOf(result.image)]] : [];
			});
			return { ...image, methods: byMethod([[own, resultOf(image)], ...others]) };
		}),
		methods: byMethod(tried.map((method) => [method, summary(method)])),
		commonImages: common.length,
		run: {
			...report.run,
			methodSeconds: byMethod(
				tried.flatMap((method): [AttackMethod, number][] => {
					const spent = seconds(method);
					return spent === null ? [] : [[method, spent]];
				}),
			),
		},
	};
}

/** What `change` makes of each method's; null leaves it out. */
export function mapMethods<From, To extends object>(
	methods: ByMethod<From>,
	change: (of: From, method: AttackMethod) => To | null,
): ByMethod<To> {
	return byMethod(
		methodsOf(methods).flatMap(([method, of]): [AttackMethod, To][] => {
			const changed = change(of, method);
			return changed === null ? [] : [[method, changed]];
		}),
	);
}

/** The methods that are there, in their usual order. */
export function methodsOf<T>(methods: ByMethod<T>): readonly (readonly [AttackMethod, T])[] {
	return ATTACK_METHODS.flatMap((method): [AttackMethod, T][] => {
		const of = methods[method];
		return of === undefined ? [] : [[method, of]];
	});
}

function byMethod<T>(entries: readonly (readonly [AttackMethod, T])[]): ByMethod<T> {
	return Object.fromEntries(entries) as ByMethod<T>;
}

function resultOf(image: AttackedImage): MethodResult {
	const { success, target, adversarial, distortion, l2, linf, margin, stored, evaluations, failure } = image;
	return { success, target, adversarial, distortion, l2, linf, margin, stored, evaluations, failure };
}

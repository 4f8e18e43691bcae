import { describe, expect, it } from "vitest";
import { compareMethods, mapMethods, methodsOf, withMethods } from "../../../src/compute/attack/methodComparison.js";
import { attacked, report } from "../reports/sampleRun.js";

const [a, b] = [attacked("/a.png"), attacked("/b.png")];
const ddn = [attacked("/a.png", { distortion: 0.03 }), attacked("/b.png", { distortion: 0.05 })];
const options = { method: "ddn", effort: "normal", target: { kind: "any" }, budget: null } as const;

describe("several methods on the same images", () => {
	const { run } = report([]);
	const whole = compareMethods([
		report([a, b], { run: { ...run, seconds: 2 } }),
		report(ddn, { options, run: { ...run, seconds: 3 } }),
	]);

	it("are the first one's report with what each made of each image", () => {
		expect(whole.options.method).toBe("closest");
		expect(whole.images.map(({ methods }) => [methods.closest?.distortion, methods.ddn?.distortion])).toEqual([
			[0.02, 0.03],
			[0.02, 0.05],
		]);
		expect(Object.keys(whole.images[0]?.methods.ddn ?? {}).sort()).toEqual(
			[
				...["adversarial", "distortion", "evaluations", "failure", "l2"],
				...["linf", "margin", "stored", "success", "target"],
			].sort(),
		);
		expect(whole.methods.ddn).toEqual({ attacked: 2, succeeded: 2, unreadable: 0, meanDistortion: 0.04 });
		expect(whole.run.methodSeconds).toEqual({ closest: 2, ddn: 3 });
	});

	it("are summed up over the images that they were tried on", () => {
		const part = withMethods(report([a, b]), [{}, { ddn: { image: ddn[1] as typeof a, seconds: 0.25 } }]);
		expect(part.images.map(({ methods }) => Object.keys(methods))).toEqual([["closest"], ["closest", "ddn"]]);
		expect(part.methods).toMatchObject({ closest: { attacked: 2 }, ddn: { attacked: 1, meanDistortion: 0.05 } });
		expect(part.run.methodSeconds).toEqual({ closest: 1.5, ddn: 0.25 });
	});

	it("have their means over the images that all of them changed: a failure flatters nobody", () => {
		const failed = { ...(ddn[1] as typeof a), success: false, distortion: null };
		const far = attacked("/b.png", { distortion: 0.9 });
		const part = compareMethods([report([a, far]), report([ddn[0] as typeof a, failed], { options })]);
		expect(part.commonImages).toBe(1);
		expect(part.methods).toMatchObject({
			closest: { succeeded: 2, meanDistortion: 0.02 },
			ddn: { succeeded: 1, meanDistortion: 0.03 },
		});
	});

	it("have no time where it isn't known", () => {
		const part = withMethods(report([a]), [{ ddn: { image: ddn[0] as typeof a, seconds: null } }]);
		expect(part.run.methodSeconds).toEqual({ closest: 1.5 });
	});

	it("are listed in one order, and left out where nothing is made of them", () => {
		const of = { pgd: { n: 1 }, closest: { n: 2 } };
		expect(methodsOf(of).map(([method]) => method)).toEqual(["closest", "pgd"]);
		expect(mapMethods(of, ({ n }) => (n === 1 ? null : { twice: 2 * n }))).toEqual({ closest: { twice: 4 } });
	});
});

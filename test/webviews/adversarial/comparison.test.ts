import { describe, expect, it } from "vitest";
import type { AttackMethod } from "../../../src/compute/attack/methods.js";
import {
	type Compared,
	comparable,
	comparedMethods,
	comparisonWords,
	fartherWords,
	nearest,
	stateWords,
	untried,
} from "../../../src/webviews/adversarial/comparison.js";
import type { MethodRow, Row } from "../../../src/webviews/adversarial/messages.js";
import { BALLOON_FAILED, JAY, LADYBUG_RUNNING } from "../harness/samples.js";

const at = (distortion: number, change: Partial<MethodRow> = {}): MethodRow => ({
	image: { ...JAY.image, distortion },
	status: "done",
	seconds: 1,
	...change,
});
const failed: MethodRow = { image: { ...BALLOON_FAILED.image }, status: "done", seconds: 1 };
const compared = (row: Row, own: AttackMethod = "closest"): readonly Compared[] => comparedMethods(row, own);
const jay = (methods: Row["methods"]): Row => ({ ...JAY, image: { ...JAY.image, distortion: 0.002 }, methods });

describe("methods compared on an image", () => {
	it("are the run's own first, then all others", () => {
		const list = compared(jay({ ddn: at(0.003) }), "pgd");
		expect(list.map(({ method }) => method)).toEqual(["pgd", "closest", "szegedy", "fgsm", "ddn"]);
		expect(list.map(({ row }) => row?.image.distortion ?? null)).toEqual([0.002, null, null, null, 0.003]);
	});

	it("are offered where the image has a result, quickest first, those that have none", () => {
		expect([JAY, LADYBUG_RUNNING, BALLOON_FAILED].map(comparable)).toEqual([true, false, true]);
		expect(comparable({ ...JAY, image: { ...JAY.image, failure: "already target" } })).toBe(false);
		expect(comparable({ ...JAY, image: { ...JAY.image, error: "no picture" } })).toBe(false);
		expect(untried(jay({}), "closest")).toEqual(["fgsm", "ddn", "szegedy", "pgd"]);
		expect(untried(jay({ ddn: at(1), pgd: at(1, { status: "unfinished" }) }), "closest")).toEqual([
			"fgsm",
			"szegedy",
			"pgd",
		]);
	});

	it("are held against the nearest", () => {
		expect(nearest(compared(jay({ ddn: at(0.0018), fgsm: failed })))).toBe(0.0018);
		expect(nearest([{ method: "fgsm", row: failed }])).toBeNull();
		expect(fartherWords(0.002, 0.002)).toBe("nearest");
		expect(fartherWords(0.00216, 0.002)).toBe("+8.0%");
		expect(fartherWords(0.00200001, 0.002)).toBe("+0.00050%");
		expect(fartherWords(0.05, 0.002)).toBe("+2,400%");
	});

	it("say in a sentence which is nearest, and by how much", () => {
		expect(comparisonWords(compared(jay({ ddn: at(0.0022), pgd: at(0.01), fgsm: failed })))).toBe(
			"Closest is nearest, at distortion 0.00200; DDN, the next, needs 10% more.",
		);
		expect(comparisonWords(compared(jay({ ddn: at(0.001, { status: "running" }) })))).toBe(
			"So far DDN is nearest, at distortion 0.00100; Closest, the next, needs 100% more.",
		);
		expect(comparisonWords(compared(jay({ ddn: at(0.002) })))).toBe(
			"Closest is nearest, at distortion 0.00200; DDN is as near.",
		);
		expect(comparisonWords(compared(jay({ fgsm: failed })))).toBe(
			"Closest found an adversarial at distortion 0.00200; no other method found one.",
		);
		const none = { ...BALLOON_FAILED, methods: { fgsm: failed } };
		expect(comparisonWords(compared(none))).toBe("No method found an adversarial.");
		const waiting = { ...none, methods: { fgsm: { ...failed, status: "waiting" } } } as const;
		expect(comparisonWords(compared(waiting))).toBe("No method has found an adversarial yet.");
	});

	it("say how each stands", () => {
		const words = (row: MethodRow | null) => stateWords({ method: "ddn", row });
		const nothing = { ...JAY.image, adversarial: null, success: false };
		expect(words(null)).toBe("not tried");
		expect(words(at(1, { status: "waiting" }))).toBe("waiting");
		expect(words(at(1, { status: "running" }))).toBe("best so far");
		expect(words({ ...at(1), status: "running", image: nothing })).toBe("searching…");
		expect(words(at(1, { status: "unfinished" }))).toBe("not finished: best so far");
		expect(words({ ...at(1), status: "unfinished", image: nothing })).toBe("not finished");
		expect(words(failed)).toBe("none: budget spent");
		expect(words({ ...at(1), image: { ...JAY.image, failure: "stopped" } })).toBe("stopped: best so far");
		expect(words(at(1))).toBe("");
	});
});

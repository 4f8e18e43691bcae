import { describe, expect, it } from "vitest";
import { matches, targetOptions } from "../../../src/webviews/adversarial/targets.js";
import {
	automaticFactor,
	order,
	receive,
	settingsChanged,
	settingsOf,
} from "../../../src/webviews/adversarial/view.js";
import { BALLOON_FAILED, CLASS_NAMES, JAY, LADYBUG_RUNNING, picture, SAMPLES, STATE } from "../harness/samples.js";

const state = { ...STATE, rows: [JAY, LADYBUG_RUNNING, BALLOON_FAILED] };
const pixels = { original: picture(1, 4), adversarial: picture(2, 4) };

describe("what arrives", () => {
	it("before a state is nothing", () => {
		expect(receive(null, { type: "image", index: 0, row: JAY, pixels })).toBeNull();
	});

	it("keeps pixels through updates without them, and through a state with the same pictures", () => {
		const first = receive(null, { type: "state", state });
		const drawn = receive(first, { type: "image", index: 0, row: JAY, pixels });
		const updated = receive(drawn, { type: "image", index: 0, row: JAY, pixels: null });
		expect(updated?.pixels[0]).toEqual({ ...pixels, methods: {} });
		expect(updated?.pixels[0]).toBe(drawn?.pixels[0]);
		const again = { ...state, rows: [{ ...JAY, image: { ...JAY.image, adversarial: null } }] };
		expect(receive(updated, { type: "state", state: again })?.pixels).toEqual([
			{ original: pixels.original, adversarial: null, methods: {} },
		]);
		const other = { ...state, rows: [{ ...JAY, image: { ...JAY.image, source: "/other.png" } }] };
		expect(receive(updated, { type: "state", state: other })?.pixels).toEqual([
			{ original: null, adversarial: null, methods: {} },
		]);
	});

	it("of further methods stays beside the row's own, and goes when the row is run again", () => {
		const first = receive(null, { type: "state", state });
		const tried = { image: JAY.image, status: "done", seconds: 1 } as const;
		const message = { type: "method", index: 0, method: "ddn", row: tried } as const;
		const compared = receive(first, { ...message, adversarial: pixels.adversarial });
		expect(compared?.state.rows[0]?.methods).toEqual({ ddn: tried });
		const drawn = receive(compared, { type: "image", index: 0, row: JAY, pixels });
		expect(drawn?.pixels[0]).toEqual({ ...pixels, methods: { ddn: pixels.adversarial } });
		const same = { ...state, rows: [{ ...JAY, methods: { ddn: tried } }] };
		expect(receive(drawn, { type: "state", state: same })?.pixels[0]).toBe(drawn?.pixels[0]);
		expect(receive(drawn, { type: "state", state })?.pixels[0]?.methods).toEqual({});
		expect(receive(drawn, { ...message, adversarial: null })?.pixels[0]?.methods).toEqual({});
		expect(receive(first, { ...message, index: 9, adversarial: null })).toBe(first);
	});

	it("of further methods in an exported page is right to half a step of the noise", () => {
		const first = receive(null, { type: "state", state });
		const noise = { steps: Int8Array.from({ length: 48 }, (_, at) => at - 24), scale: 0.001 };
		const original = receive(first, {
			type: "exportedImage",
			index: 0,
			row: JAY,
			pixels: { original: pixels.original, noise: null },
		});
		const row = { image: JAY.image, status: "done", seconds: 1 } as const;
		const shown = receive(original, { type: "exportedMethod", index: 0, method: "pgd", row, noise })?.pixels[0];
		expect(shown?.adversarial).toBeNull();
		expect(shown?.methods.pgd?.data[0]).toBeCloseTo(pixels.original.data[0]! - 0.024, 6);
		expect(shown?.methods.pgd?.data[47]).toBeCloseTo(pixels.original.data[47]! + 0.023, 6);
	});

	it("about a row that is not there changes no row", () => {
		const first = receive(null, { type: "state", state });
		expect(receive(first, { type: "image", index: 9, row: JAY, pixels })?.state.rows).toEqual(state.rows);
	});

	it("replaces phase and files", () => {
		const first = receive(null, { type: "state", state });
		expect(receive(first, { type: "phase", phase: { kind: "cancelled" }, facts: null })?.state.phase.kind).toBe(
			"cancelled",
		);
		const files = { adversarial: "/a.png", noise: null };
		expect(receive(first, { type: "files", index: 0, files })?.state.rows[0]?.image.files).toEqual(files);
	});
});

describe("settings", () => {
	it("that equal the shown run are not called changed", () => {
		expect(settingsChanged(settingsOf(state.asked), state)).toBeNull();
		expect(settingsChanged(settingsOf(state.asked), { ...state, shown: null })).toBeNull();
	});

	it("that differ are said in the words of the shown run", () => {
		const settings = settingsOf(state.asked);
		expect(settingsChanged({ ...settings, target: { kind: "next" } }, state)).toBe(
			"Settings changed. The results below are for target: any other label.",
		);
		expect(
			settingsChanged({ ...settings, model: "/models/mobilenet.keras", method: "szegedy", budget: null }, state),
		).toBe("Settings changed. The results below are for model: tiny-darknet, method: closest, 1,000 evaluations.");
	});
});

describe("order and scale", () => {
	it("sorts by a figure, with rows that have none at the end either way", () => {
		const rows = [BALLOON_FAILED, { ...LADYBUG_RUNNING, status: "done" as const }, JAY];
		expect(order(rows, null)).toEqual([0, 1, 2]);
		expect(order(rows, { column: "distortion", descending: false })).toEqual([2, 1, 0]);
		expect(order(rows, { column: "distortion", descending: true })).toEqual([1, 2, 0]);
		expect(order(rows, { column: "file", descending: false })).toEqual([0, 2, 1]);
	});

	it("takes the noise factor from the median distortion", () => {
		expect(automaticFactor([BALLOON_FAILED])).toBeNull();
		expect(automaticFactor(SAMPLES.many.state.rows)).toBe(2);
	});
});

describe("targets", () => {
	const context = { classNames: CLASS_NAMES, labels: JAY.image.labels, predicted: 0, trueLabel: 0, seed: 3 };

	it("say what the special ones would be", () => {
		const notes = targetOptions(context).special.map(({ name, note }) => `${name}: ${note}`);
		expect(notes).toEqual([
			"Any other label: the nearest",
			"Next label: indigo bunting",
			"Second likeliest: magpie 2.3%",
			"Random label: seed 3",
		]);
	});

	it("list every label but the predicted one, likeliest first", () => {
		const { labels } = targetOptions(context);
		expect(labels).toHaveLength(999);
		expect(labels.slice(0, 2).map(({ name, note }) => `${name} ${note}`)).toEqual([
			"magpie 2.3%",
			"indigo bunting 1.7%",
		]);
	});

	it("claim a probability below 0.1% only where the rest allows no more", () => {
		expect(targetOptions(context).labels.at(-1)?.note).toBe("");
		const sure = [{ index: 0, name: "jay", before: 0.9999, after: 0 }];
		expect(targetOptions({ ...context, labels: sure }).labels.at(-1)?.note).toBe("<0.1%");
	});

	it("are matched anywhere in the name, whatever the case", () => {
		expect(matches("indigo bunting", "BU")).toBe(7);
		expect(matches("jay", "bu")).toBeNull();
		expect(matches("jay", "  ")).toBe(0);
	});
});

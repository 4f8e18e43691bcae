import { describe, expect, it } from "vitest";
import { adversarialPicture, noisePictureOf, suggestedName } from "../../../src/webviews/session/pictures.js";
import { newRow } from "../../../src/webviews/session/rows.js";
import { paint } from "../../../src/webviews/ui/paint.js";
import { pixels } from "../../compute/sampleRun.js";

const row = { ...newRow("/p/a.png", { kind: "any" }), pixels: pixels() };

describe("pictures to save", () => {
	it("are the adversarial exactly as it was checked in 8 bits", () => {
		expect(adversarialPicture(row)).toEqual({ width: 2, height: 3, channels: 1, data: pixels().stored });
	});

	it("are none where 8 bits lose the adversarial", () => {
		expect(adversarialPicture({ ...row, pixels: { ...pixels(), stored: null } })).toBeNull();
	});

	it("show the noise as the page does", () => {
		const { original, adversarial } = pixels();
		const onPage = paint(adversarial!, original!, 8);
		const saved = noisePictureOf(row, 8);
		expect([...saved!.data]).toEqual([...onPage.data].filter((_, at) => at % 4 === 0));
	});

	it("are named after their source", () => {
		expect(suggestedName("/p/a.b.jpg", "adversarial")).toBe("/p/a.b.adversarial.png");
		expect(suggestedName("/p/plain", "noise")).toBe("/p/plain.noise.png");
		expect(suggestedName("/p.d/set.npz#7", "noise")).toBe("/p.d/set.npz-7.noise.png");
	});
});

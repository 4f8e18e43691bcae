import { describe, expect, it } from "vitest";
import {
	adversarialPicture,
	exportedPixels,
	noisePictureOf,
	suggestedPath,
} from "../../../../src/webviews/adversarial/session/pictures.js";
import { newRow } from "../../../../src/webviews/adversarial/session/rows.js";
import { paint } from "../../../../src/webviews/ui/paint.js";
import { pixels } from "../../../compute/reports/sampleRun.js";

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

	it("go into a folder beside the data, named after their source", () => {
		const path = (source: string, label: number | null) => suggestedPath({ source, label }, "noise");
		expect(path("/p/q/a.b.jpg", null)).toBe("/p/adversarials/a.b.noise.png");
		expect(path("/p/q/plain", null)).toBe("/p/adversarials/plain.noise.png");
		expect(path("/p/test/7/01.png", 7)).toBe("/p/adversarials/7-01.noise.png");
		expect(path("/p.d/set.npz#7", 3)).toBe("/p.d/adversarials/set.npz-7.noise.png");
	});
});

describe("pixels of an exported page", () => {
	it("have the noise to half a step, the largest exactly", () => {
		const { original, adversarial } = pixels();
		const { noise } = exportedPixels(pixels());
		const wanted = [...adversarial!.data].map((value, at) => value - original!.data[at]!);
		const largest = Math.max(...wanted.map(Math.abs));
		expect(noise?.scale).toBeCloseTo(largest / 127, 8);
		for (const [at, value] of wanted.entries()) {
			expect(Math.abs(noise!.steps[at]! * noise!.scale - value)).toBeLessThanOrEqual(noise!.scale / 2 + 1e-9);
		}
		expect(Math.max(...noise!.steps)).toBe(127);
	});

	it("have none where there is no adversarial, and zeros where it is the original", () => {
		const { original } = pixels();
		expect(exportedPixels({ ...pixels(), adversarial: null }).noise).toBeNull();
		expect(exportedPixels({ ...pixels(), adversarial: original }).noise).toEqual({ steps: new Int8Array(6), scale: 0 });
	});
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { configurationText, loosePictures, MODELS, testDrawings } from "../../scripts/examples/collection.js";
import { readConfiguration, settingsForModel } from "../../src/compute/data/configuration.js";

const examples = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "examples");

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(examples, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

describe("the example workspace", () => {
	it("holds the drawings that its script makes, pixel for pixel, and no others", async () => {
		const placed = [...testDrawings(), ...loosePictures()];
		expect(testDrawings()).toHaveLength(200);
		const found = filesIn(examples).filter((file) => file.endsWith(".png"));
		expect(found.sort()).toEqual(placed.map(({ path }) => path).sort());
		for (const { path, drawing } of placed) {
			const { data, info } = await sharp(join(examples, path))
				.toColourspace("b-w")
				.raw()
				.toBuffer({ resolveWithObject: true });
			expect([path, info.width, info.height, info.channels]).toEqual([path, drawing.size, drawing.size, 1]);
			expect(Buffer.compare(data, Buffer.from(drawing.pixels)), path).toBe(0);
		}
	});

	it("stays under 3 MB", () => {
		const bytes = filesIn(examples).reduce((sum, file) => sum + statSync(join(examples, file)).size, 0);
		expect(bytes).toBeLessThan(3_000_000);
	});

	it("ties its models to what they were trained with", async () => {
		const path = join(examples, "blindspot.json");
		expect(readFileSync(path, "utf8")).toBe(configurationText());
		const configuration = await readConfiguration(path);
		for (const { plan, path: place } of MODELS) {
			const settings = settingsForModel(path, configuration, join(examples, place));
			expect(settings?.preprocessing.range).toEqual(plan.range);
			expect(settings?.classes).toEqual({ kind: "names", names: [..."0123456789"] });
			expect(settings?.data).toEqual([join(examples, "digits", "test")]);
		}
	});
});

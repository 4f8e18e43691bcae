import { describe, expect, it } from "vitest";
import { storedRunOfReport } from "../../src/commands/storedRunOfReport.js";
import { methodsOf, withMethods } from "../../src/compute/attack/methodComparison.js";
import { attacked, report } from "../compute/reports/sampleRun.js";

describe("an exported report", () => {
	it("becomes a complete run without pixels", () => {
		const exported = report([attacked("/p/a.png")]);
		const run = storedRunOfReport(JSON.stringify(exported), "r.json");
		expect(run).toMatchObject({ complete: true, report: exported, shown: { model: "/models/mlp.keras", seed: 7 } });
		expect(run.rows).toHaveLength(1);
		expect(run.rows[0]).toMatchObject({ done: true, seconds: 1, image: { source: "/p/a.png" } });
	});

	it("keeps what further methods made of an image, whether a page wrote it or the command line", () => {
		const [a, b] = [attacked("/p/a.png"), attacked("/p/b.png")];
		const ddn = attacked("/p/b.png", { distortion: 0.04 });
		const compared = withMethods(report([a, b]), [{}, { ddn: { image: ddn, seconds: 2 } }]);
		const run = storedRunOfReport(JSON.stringify(compared), "r.json");
		expect(run.report).toEqual(report([a, b]));
		expect(
			run.rows.map(({ methods }) => methodsOf(methods).map(([method, { image }]) => [method, image.distortion])),
		).toEqual([[], [["ddn", 0.04]]]);
		expect(run.rows[1]?.methods.ddn?.image.predicted).toEqual(b.predicted);
	});

	it("is refused by name where it is something else", () => {
		expect(() => storedRunOfReport("{", "r.json")).toThrow("r.json: this is no JSON.");
		expect(() => storedRunOfReport('{"kind":"attack"}', "r.json")).toThrow(/r\.json: not a report .* version/);
		expect(() => storedRunOfReport('{"kind":"probe"}', "r.json")).toThrow(/r\.json: the JSON .* 'probe' lacks/);
	});
});
